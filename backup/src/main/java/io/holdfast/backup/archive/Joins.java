package io.holdfast.backup.archive;

/// Waits for the end of a thread that writes files. Somebody who interrupts an archiver means to
/// remove its folders next, so an interruption must not let such a thread outlive it.
final class Joins {
    private Joins() {}

    /// Returns when the thread has ended; an interruption is kept for the caller.
    static void untilEnd(Thread thread) {
        boolean wasInterrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
