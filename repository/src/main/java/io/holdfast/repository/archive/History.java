package io.holdfast.repository.archive;

import io.holdfast.core.GtidSet;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One unbroken line of a server's binary log, as its archive begins it.
///
/// @param predecessor the server's history before this one, if any
/// @param firstFile the binary-log file that the archive begins with, at offset 4
/// @param gtidsBefore executed before that file: its Previous_gtids
/// @param detail for people: what was seen when the history began
public record History(
        HistoryId history,
        UUID server,
        Reason reason,
        @Nullable HistoryId predecessor,
        String firstFile,
        GtidSet gtidsBefore,
        Instant created,
        String detail) {

    /// Why a history began.
    public enum Reason {
        /// The server was not archived before.
        NEW,
        /// Its binary logs were reset.
        RESET,
        /// The machine went back in time: a snapshot was put back.
        ROLLBACK,
        /// The server crashed and lost transactions that had been archived.
        LOST_TRANSACTIONS,
        /// Logs were purged before they were archived.
        GAP;

        /// Whether the server forgot transactions, so that the same GTID may mean another one now.
        public boolean forks() {
            return switch (this) {
                case NEW, GAP -> false;
                case RESET, ROLLBACK, LOST_TRANSACTIONS -> true;
            };
        }
    }

    /// What the archiver knows when it begins a history.
    ///
    /// @param detail for people: what was seen
    public record Beginning(
            Reason reason,
            @Nullable HistoryId predecessor,
            String firstFile,
            GtidSet gtidsBefore,
            String detail) {}
}
