package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// The command line, an option file or the configuration asks for something that cannot be meant.
/// Exit status 2.
public final class UsageException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public UsageException(Problem problem) {
        super(problem, null);
    }

    public UsageException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
