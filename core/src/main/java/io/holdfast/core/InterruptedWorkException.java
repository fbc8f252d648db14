package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// The user or a signal stopped the work; it was cleaned up. Exit status 130.
public final class InterruptedWorkException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public InterruptedWorkException(Problem problem) {
        super(problem, null);
    }

    public InterruptedWorkException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
