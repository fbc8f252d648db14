package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// An operating failure: something outside the program was not as it must be. Its kinds are closed,
/// and each has one exit status (DESIGN D12). Bugs are never of this type; they are the JDK's own
/// unchecked exceptions.
public abstract sealed class HoldfastException extends RuntimeException
        permits UsageException,
                RefusedException,
                UnavailableException,
                CorruptDataException,
                DifferentException,
                SqlErrorException,
                InterruptedWorkException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    HoldfastException(Problem problem, @Nullable Throwable cause) {
        super(problem.render(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /// The process exit status that this failure ends in.
    public int exitStatus() {
        return switch (this) {
            case UsageException _ -> 2;
            case RefusedException _ -> 3;
            case UnavailableException _, SqlErrorException _ -> 4;
            case CorruptDataException _ -> 5;
            case DifferentException _ -> 6;
            case InterruptedWorkException _ -> 130;
        };
    }
}
