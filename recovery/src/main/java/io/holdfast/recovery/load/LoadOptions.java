package io.holdfast.recovery.load;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Progress;

/// How a backup is loaded.
///
/// @param threads how many sessions load and prove rows at once, at least 1
/// @param gtidSet what the server shall have as `gtid_executed` at the end; empty leaves it alone
/// @param mayResetGtids whether transactions that the server has executed of its own may be
///   forgotten (`RESET BINARY LOGS AND GTIDS`); true for a sandbox only
public record LoadOptions(int threads, GtidSet gtidSet, boolean mayResetGtids, Progress progress) {
    public LoadOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
    }

    /// For a new server that nobody else uses.
    public static LoadOptions sandbox(int threads, GtidSet gtidSet, Progress progress) {
        return new LoadOptions(threads, gtidSet, true, progress);
    }
}
