package io.holdfast.listener;

import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.listener.SourceAnswer.Done;
import io.holdfast.listener.SourceAnswer.Failure;
import io.holdfast.listener.SourceAnswer.NoVariable;
import io.holdfast.listener.SourceAnswer.Value;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Answers the statements with which a replica's receiver thread introduces itself, and remembers
/// what it set. Confined to one connection.
///
/// In order: `SELECT UNIX_TIMESTAMP()`, `SELECT @@GLOBAL.SERVER_ID`, `SET @master_heartbeat_period`
/// or `@source_heartbeat_period` (ns), `SET @source_binlog_checksum`,
/// `SELECT @source_binlog_checksum`, `SELECT @@GLOBAL.GTID_MODE`, `SELECT @@GLOBAL.SERVER_UUID`,
/// `SET @replica_uuid`; plug-ins ask for more (semi-synchronous replication:
/// `SELECT @@global.rpl_semi_sync_source_enabled`, which we do not know, so it stays off). Source:
/// MySQL 9.7 `sql/rpl_replica.cc`, `get_master_version_and_clock`, `get_master_uuid`,
/// `io_thread_init_commands`; `plugin/semisync/semisync_replica.cc`.
final class SourceQuestions {
    private static final int UNKNOWN_VARIABLE = 1193;
    private static final long HEARTBEAT_MILLIS_DEFAULT = 30_000;
    private static final long HEARTBEAT_MILLIS_MIN = 100;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Pattern HEARTBEAT =
            Pattern.compile("@(?:source|master)_heartbeat_period\\s*=\\s*(\\d{1,18})");

    private static final Pattern CHECKSUM =
            Pattern.compile("@(?:source|master)_binlog_checksum\\s*=\\s*'?([a-z0-9@._]+)");

    private final SourceIdentity identity;
    private ChecksumAlgorithm checksum = ChecksumAlgorithm.NONE;
    private long heartbeatMillis = HEARTBEAT_MILLIS_DEFAULT;

    SourceQuestions(SourceIdentity identity) {
        this.identity = identity;
    }

    /// How long the replica wants to hear nothing at most. A replica that wants no heartbeats at
    /// all gets them at the default pace.
    long heartbeatMillis() {
        return heartbeatMillis;
    }

    /// Whether the other side expects a checksum under the first event, which comes before the
    /// format description can tell. A replica asks for what the source has; mysqlbinlog asks for
    /// none.
    ChecksumAlgorithm checksum() {
        return checksum;
    }

    SourceAnswer answer(String statement, long unixSeconds) {
        String sql = statement.strip().toLowerCase(Locale.ROOT);
        if (sql.startsWith("set ")) {
            Matcher heartbeat = HEARTBEAT.matcher(sql);
            if (heartbeat.find()) {
                long millis = Long.parseLong(heartbeat.group(1)) / NANOS_PER_MILLI;
                heartbeatMillis =
                        millis == 0
                                ? HEARTBEAT_MILLIS_DEFAULT
                                : Math.max(HEARTBEAT_MILLIS_MIN, millis);
            }
            Matcher wanted = CHECKSUM.matcher(sql);
            if (wanted.find()) {
                checksum =
                        wanted.group(1).equals("none")
                                ? ChecksumAlgorithm.NONE
                                : ChecksumAlgorithm.CRC32;
            }
            return new Done();
        }
        if (sql.startsWith("show variables")) {
            return new NoVariable();
        }
        if (sql.contains("unix_timestamp()")) {
            return new Value("UNIX_TIMESTAMP()", Long.toString(unixSeconds));
        }
        if (sql.contains("@@global.server_id") || sql.contains("@@server_id")) {
            return new Value("@@GLOBAL.SERVER_ID", Long.toString(identity.serverId()));
        }
        if (sql.contains("@@global.server_uuid")) {
            return new Value("@@GLOBAL.SERVER_UUID", identity.serverUuid().toString());
        }
        if (sql.contains("@@global.gtid_mode")) {
            return new Value("@@GLOBAL.GTID_MODE", identity.hasGtids() ? "ON" : "OFF");
        }
        if (sql.contains("_binlog_checksum")) {
            return new Value("@source_binlog_checksum", checksum.name());
        }
        if (sql.contains("version()")) {
            return new Value("VERSION()", identity.serverVersion());
        }
        return new Failure(UNKNOWN_VARIABLE, "HY000", "Unknown system variable");
    }
}
