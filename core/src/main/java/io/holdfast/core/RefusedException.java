package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// What was asked would be unsafe or is impossible here; nothing was changed. Exit status 3.
public final class RefusedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public RefusedException(Problem problem) {
        super(problem, null);
    }

    public RefusedException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
