package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// A server, a store or space was not there. Trying again later may succeed. Exit status 4.
public final class UnavailableException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(Problem problem) {
        super(problem, null);
    }

    public UnavailableException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
