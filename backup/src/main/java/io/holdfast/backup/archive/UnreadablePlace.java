package io.holdfast.backup.archive;

import io.holdfast.core.SqlErrorException;
import java.util.List;

/// Tells whether a server ended the stream because no event begins at the place it was asked for.
/// Error 1236 has many other causes (a purged file, another replica of the same id) that say
/// nothing of the log itself, and the server tells them apart by text only.
///
/// Source: MySQL 9.7 `sql/binlog_reader.cc`, `Binlog_read_error::get_str`, and
/// `sql/rpl_binlog_sender.cc`, `Binlog_sender::check_start_file`; the texts are not translated.
final class UnreadablePlace {
    private static final int SOURCE_FATAL_ERROR_READING_BINLOG = 1236;

    private static final List<String> TEXTS =
            List.of(
                    "bogus data in log event",
                    "corrupted data in log event",
                    "truncated in the middle of event",
                    "log event entry exceeded max_allowed_packet",
                    "crc check failed",
                    "invalid event in binary log",
                    "from position > file size");

    private UnreadablePlace() {}

    static boolean isMeantBy(SqlErrorException error) {
        return error.number() == SOURCE_FATAL_ERROR_READING_BINLOG
                && TEXTS.stream().anyMatch(error.serverMessage()::contains);
    }
}
