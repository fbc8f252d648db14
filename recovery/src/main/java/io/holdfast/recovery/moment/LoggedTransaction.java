package io.holdfast.recovery.moment;

import io.holdfast.binlog.StatementNames;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.Text;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A transaction as far as a moment can speak of it. No transaction spans two files.
///
/// @param begin where its first byte lies
/// @param endOffset one behind its last byte, in the same file
/// @param gtid null if the history is without
/// @param immediateCommitMicros µs since 1970 UTC when the archived server committed it
/// @param originalCommitMicros µs since 1970 UTC when the first server committed it; equal on that
///   server itself
/// @param statements what its statements do, for those that name objects
/// @param ddl the text of the first of these; empty if there is none
public record LoggedTransaction(
        BinlogPosition begin,
        long endOffset,
        @Nullable Gtid gtid,
        long immediateCommitMicros,
        long originalCommitMicros,
        List<StatementNames> statements,
        String ddl) {

    public LoggedTransaction {
        statements = List.copyOf(statements);
    }

    private static final int SHOWN_CHARACTERS_MAX = 160;

    public BinlogPosition end() {
        return new BinlogPosition(begin.file(), endOffset);
    }

    public Instant committed(Clock clock) {
        return instant(
                switch (clock) {
                    case ORIGINAL -> originalCommitMicros;
                    case SERVER -> immediateCommitMicros;
                });
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /// How a person names it: by GTID if it has one.
    public String name() {
        return gtid == null ? begin.toString() : gtid.toString();
    }

    /// One line for reports: name, time, place and the beginning of its statement.
    public String describe(Clock clock) {
        String shown =
                ddl.length() > SHOWN_CHARACTERS_MAX
                        ? ddl.substring(0, SHOWN_CHARACTERS_MAX) + "…"
                        : ddl;
        String line = Text.format("%s, committed %s, at %s", name(), committed(clock), begin);
        return shown.isEmpty() ? line : line + ": " + shown.replaceAll("\\s+", " ");
    }

    /// Whose clock times are meant by.
    public enum Clock {
        /// The first server's, which a transaction keeps through replication.
        ORIGINAL,
        /// The archived server's own.
        SERVER
    }
}
