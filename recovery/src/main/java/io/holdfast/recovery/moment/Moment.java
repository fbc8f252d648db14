package io.holdfast.recovery.moment;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.time.Instant;
import java.util.regex.Pattern;

/// A place between two transactions, as a user names it. What it means in a given archive is a
/// [Cut].
///
/// | text                               | cuts                                                    |
/// |------------------------------------|---------------------------------------------------------|
/// | `latest`                           | behind the last archived transaction                    |
/// | `gtid:UUID[:TAG]:N`                | behind that transaction                                 |
/// | `before:UUID[:TAG]:N`              | in front of it                                          |
/// | `FILE:OFFSET`                      | at that byte of the binary log                          |
/// | `2025-10-05T14:36:59.25Z`          | in front of the first transaction committed after then  |
/// | `before-statement:'DROP TABLE a.b'`| in front of the one statement that means the same       |
public sealed interface Moment {

    /// Behind the last archived transaction.
    record Latest() implements Moment {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /// Behind a transaction, which is included.
    record Including(Gtid gtid) implements Moment {
        @Override
        public String toString() {
            return "gtid:" + gtid;
        }
    }

    /// In front of a transaction.
    record Before(Gtid gtid) implements Moment {
        @Override
        public String toString() {
            return "before:" + gtid;
        }
    }

    /// At a byte of the binary log, which must lie between two transactions.
    record At(BinlogPosition position) implements Moment {
        @Override
        public String toString() {
            return position.toString();
        }
    }

    /// In front of the first transaction in log order that was committed after this instant.
    record Time(Instant instant) implements Moment {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /// In front of the one transaction whose statement means this one.
    record BeforeStatement(String statement) implements Moment {
        @Override
        public String toString() {
            return "before-statement:'" + statement + "'";
        }
    }

    /// A binary-log file ends in a dot and at least six digits; so `14:36` of a time is no
    /// position.
    Pattern POSITION = Pattern.compile("[^\\s/]*\\.\\d{6,}:\\d{1,18}");

    /// Reads a moment as the table above gives it. Key words are read in any case.
    ///
    /// @throws UsageException if the text is none of these, or a time without its zone
    static Moment parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equalsIgnoreCase("latest")) {
            return new Latest();
        }
        String behind = behindKeyword(trimmed, "gtid:");
        if (!behind.isEmpty()) {
            return new Including(Gtid.parse(behind));
        }
        behind = behindKeyword(trimmed, "before:");
        if (!behind.isEmpty()) {
            return new Before(Gtid.parse(behind));
        }
        behind = behindKeyword(trimmed, "before-statement:");
        if (!behind.isEmpty()) {
            return new BeforeStatement(unquoted(behind));
        }
        if (POSITION.matcher(trimmed).matches()) {
            return new At(BinlogPosition.parse(trimmed));
        }
        if (MomentTime.looksLikeTime(trimmed)) {
            return new Time(MomentTime.parse(trimmed));
        }
        throw new UsageException(
                Problem.of(RecoveryError.MOMENT_MALFORMED)
                        .what("'%s' names no moment", trimmed)
                        .where("--to")
                        .remedy(
                                "Write latest, gtid:UUID:N (including it), before:UUID:N, binlog.000043:892140,"
                                        + " 2025-10-05T14:36:59.25Z, or before-statement:'DROP TABLE db.t'."));
    }

    private static String behindKeyword(String text, String keyword) {
        return text.regionMatches(true, 0, keyword, 0, keyword.length())
                ? text.substring(keyword.length()).strip()
                : "";
    }

    /// Takes off the quotes that a shell may have left around the statement.
    private static String unquoted(String text) {
        char first = text.charAt(0);
        boolean quoted =
                text.length() > 1
                        && (first == '\'' || first == '"')
                        && text.charAt(text.length() - 1) == first;
        return quoted ? text.substring(1, text.length() - 1).strip() : text;
    }
}
