package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// Two things that must be equal were compared and differ. Exit status 6.
public final class DifferentException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public DifferentException(Problem problem) {
        super(problem, null);
    }

    public DifferentException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
