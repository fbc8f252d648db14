package io.holdfast.recovery.plan;

import io.holdfast.core.Text;
import io.holdfast.repository.BackupKind;
import java.time.Duration;

/// What it takes to reach a moment from a backup, and how long that is estimated to be. The
/// estimate only compares backups: its rates are those of a machine with two cores, rounded, and
/// what is written down of both is how much there is to do. Pure.
///
/// | of                                  | rate               | from                            |
/// |-------------------------------------|-------------------:|---------------------------------|
/// | rows loaded                         |             25 MB/s | `docs/benchmarks.md`, memory: a row of 1 GiB |
/// | pages laid down                     |            300 MB/s | files laid down and made durable |
/// | redo log recovered                  |            100 MB/s | crash recovery of 76 MB: less than 2 s |
/// | transactions replayed               | 6,500/s and 60 MB/s | `docs/benchmarks.md`, replay: 200,000 with 349 MB of log in 36 s |
///
/// @param layBytes of rows, or of all pages, whatever backups they come from
/// @param redoBytes 0 for rows
/// @param transactions to replay
/// @param logBytes of these, on the average of their part of the log
public record Effort(
        BackupKind kind, long layBytes, long redoBytes, long transactions, long logBytes) {
    private static final double ROW_BYTES_A_SECOND = 25e6;
    private static final double PAGE_BYTES_A_SECOND = 300e6;
    private static final double REDO_BYTES_A_SECOND = 100e6;
    private static final double TRANSACTIONS_A_SECOND = 6_500;
    private static final double LOG_BYTES_A_SECOND = 60e6;

    /// How long the backup itself takes.
    Duration laying() {
        double seconds =
                switch (kind) {
                    case LOGICAL -> layBytes / ROW_BYTES_A_SECOND;
                    case PHYSICAL ->
                            layBytes / PAGE_BYTES_A_SECOND + redoBytes / REDO_BYTES_A_SECOND;
                };
        return duration(seconds);
    }

    /// How long the log behind it takes.
    Duration replaying() {
        return duration(transactions / TRANSACTIONS_A_SECOND + logBytes / LOG_BYTES_A_SECOND);
    }

    public Duration total() {
        return laying().plus(replaying());
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /// For people.
    public String describe() {
        String what =
                switch (kind) {
                    case LOGICAL -> "rows to load";
                    case PHYSICAL -> "pages to lay down";
                };
        return Text.format(
                "about %s: %s %s (%s), then %d transactions (%s)",
                seconds(total()),
                Text.bytes(layBytes),
                what,
                seconds(laying()),
                transactions,
                seconds(replaying()));
    }

    private static String seconds(Duration time) {
        return Text.format("%.1f s", time.toMillis() / 1000.0);
    }
}
