package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// Bytes are not what their format or their checksum says. Exit status 5.
public final class CorruptDataException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public CorruptDataException(Problem problem) {
        super(problem, null);
    }

    public CorruptDataException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
