package io.holdfast.client;

import io.holdfast.core.SqlErrorException;
import java.util.List;

/// Why a server ended a binary-log stream. It gives the one number 1236 to every cause and tells
/// them apart by text only; the texts are not translated.
///
/// Source: MySQL 9.7 `sql/binlog_reader.h`, `Binlog_read_error::get_str`, and
/// `sql/rpl_binlog_sender.cc`, `Binlog_sender::check_start_file`.
public enum DumpRefusal {
    /// No event begins at the place that was asked for, or what lies there is damaged.
    PLACE_UNREADABLE,

    /// The event at that place says that it has more than 1 GiB, which no server sends, whatever
    /// its `max_allowed_packet`. Said also of a place where no event begins, if the bytes there
    /// look so.
    EVENT_TOO_LARGE,

    /// Anything else: a purged file, another replica of the same UUID. Says nothing of the log.
    OTHER;

    private static final int SOURCE_FATAL_ERROR_READING_BINLOG = 1236;

    private static final String TOO_LARGE = "log event entry exceeded max_allowed_packet";

    private static final List<String> UNREADABLE =
            List.of(
                    "bogus data in log event",
                    "corrupted data in log event",
                    "truncated in the middle of event",
                    "crc check failed",
                    "invalid event in binary log",
                    "from position > file size");

    /// What the error says.
    public static DumpRefusal of(SqlErrorException error) {
        String text = error.serverMessage();
        if (error.number() != SOURCE_FATAL_ERROR_READING_BINLOG) {
            return OTHER;
        }
        if (text.contains(TOO_LARGE)) {
            return EVENT_TOO_LARGE;
        }
        return UNREADABLE.stream().anyMatch(text::contains) ? PLACE_UNREADABLE : OTHER;
    }
}
