package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.Text;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The session settings a statement was run with: the status variables of a query event.
///
/// Each variable is a code byte and a value whose length the code implies. A server writes them in
/// ascending order of codes, so all known ones are read; at the first unknown code reading stops
/// and the rest stays in `raw` only.
///
/// | code | bytes         | variable                                                        |
/// |-----:|---------------|-----------------------------------------------------------------|
/// |    0 | 4             | flags2                                                          |
/// |    1 | 8             | sql_mode                                                        |
/// |    3 | 4             | auto_increment_increment, auto_increment_offset                 |
/// |    4 | 6             | character_set_client, collation_connection, collation_server    |
/// |    5 | 1 + n         | time_zone                                                       |
/// |    6 | 1 + n         | catalog                                                         |
/// |    7 | 2             | lc_time_names                                                   |
/// |    8 | 2             | collation_database                                              |
/// |    9 | 8             | tables of a multi-table update                                  |
/// |   10 | 4             | bytes written by the source                                     |
/// |   11 | 1 + n, 1 + n  | invoker: user, host                                             |
/// |   12 | 1, then names | databases touched; 254 means too many to name                   |
/// |   13 | 3             | microseconds of the statement's time                            |
/// |   16 | 1             | explicit_defaults_for_timestamp                                 |
/// |   17 | 8             | XID of a DDL statement                                          |
/// |   18 | 2             | default_collation_for_utf8mb4                                   |
/// |   19 | 1             | sql_require_primary_key                                         |
/// |   20 | 1             | default_table_encryption                                        |
///
/// Source: MySQL 9.7 `libs/mysql/binlog/event/statement_events.h`, `Query_event_status_vars`.
///
/// @param sqlMode bits of `sql_mode`; 0 if not said
/// @param clientCollation MySQL's collation number of the statement's text; 0 if not said
/// @param timeZone empty if not said
/// @param raw all variables as they stand in the event
public record QueryContext(long sqlMode, int clientCollation, String timeZone, ByteString raw) {
    /// Source: MySQL 9.7 `sql/system_variables.h`, `MODE_ANSI_QUOTES`.
    private static final long ANSI_QUOTES = 4;

    private static final long NO_BACKSLASH_ESCAPES = 1L << 20;

    private static final int DATABASES_NOT_NAMED = 254;

    /// Whether `"…"` quotes an identifier.
    public boolean hasAnsiQuotes() {
        return (sqlMode & ANSI_QUOTES) != 0;
    }

    /// Whether a backslash in a string is an ordinary character.
    public boolean hasNoBackslashEscapes() {
        return (sqlMode & NO_BACKSLASH_ESCAPES) != 0;
    }

    static QueryContext read(ByteCursor in) {
        ByteString raw =
                ByteString.of(
                        Arrays.copyOfRange(in.array(), in.index(), in.index() + in.remaining()));
        long sqlMode = 0;
        int clientCollation = 0;
        String timeZone = "";
        while (in.hasRemaining()) {
            int code = in.u8("status variable");
            switch (code) {
                case 1 -> sqlMode = in.u64("sql_mode");
                case 4 -> {
                    clientCollation = in.u16("character_set_client");
                    in.skip(4, "collations");
                }
                case 5 ->
                        timeZone =
                                in.string(
                                        in.u8("time_zone"), StandardCharsets.US_ASCII, "time_zone");
                case 2 -> in.skip(in.u8("catalog") + 1L, "catalog with its final zero byte");
                case 6 -> in.skip(in.u8("catalog"), "catalog");
                case 0, 3, 10 -> in.skip(4, "status variable");
                case 7, 8, 18 -> in.skip(2, "status variable");
                case 9, 14, 17 -> in.skip(8, "status variable");
                case 11 -> {
                    in.skip(in.u8("invoker user"), "invoker user");
                    in.skip(in.u8("invoker host"), "invoker host");
                }
                case 12 -> skipDatabases(in);
                case 13 -> in.skip(3, "microseconds");
                case 16, 19, 20 -> in.skip(1, "status variable");
                default -> in.skip(in.remaining(), Text.format("status variable %d", code));
            }
        }
        return new QueryContext(sqlMode, clientCollation, timeZone, raw);
    }

    private static void skipDatabases(ByteCursor in) {
        int count = in.u8("databases");
        if (count != DATABASES_NOT_NAMED) {
            for (int i = 0; i < count; i++) {
                in.stringNul("database");
            }
        }
    }

    /// The charset of the statement's bytes. Those MySQL knows and Java does not are read as UTF-8,
    /// where what cannot be decoded shows as U+FFFD.
    Charset charset() {
        return switch (clientCollation) {
            case 5, 8, 15, 31, 47, 48, 49, 94 -> named("windows-1252");
            case 1, 84 -> named("Big5");
            case 2, 4, 9, 21, 27, 77 -> named("ISO-8859-2");
            case 7, 74 -> named("KOI8-R");
            case 12, 91, 97, 98 -> named("EUC-JP");
            case 13, 88, 95, 96 -> named("windows-31j");
            case 14, 23, 50, 51, 52 -> named("windows-1251");
            case 19, 85 -> named("EUC-KR");
            case 24, 28, 86, 87 -> named("GBK");
            case 248, 249, 250 -> named("GB18030");
            default -> StandardCharsets.UTF_8;
        };
    }

    private static Charset named(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
