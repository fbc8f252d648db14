package io.holdfast.backup.physical;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;

/// Waits that an interruption ends.
final class Pause {
    private Pause() {}

    /// Waits.
    ///
    /// @throws InterruptedWorkException if this thread is interrupted
    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED).what("stopped while waiting").remedy(""));
        }
    }
}
