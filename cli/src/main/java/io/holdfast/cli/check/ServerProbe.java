package io.holdfast.cli.check;

import io.holdfast.client.AccountGrants;
import io.holdfast.client.Keyring;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Looks at a server, changes nothing on it, and holds no lock. What the account may not see is
/// left empty; [Judge] says which privilege is missing.
public final class ServerProbe {
    private static final String USER_SCHEMA =
            " LOWER(TABLE_SCHEMA) NOT IN"
                    + " ('mysql', 'sys', 'information_schema', 'performance_schema', 'ndbinfo')";

    private static final String TABLES_WITHOUT_KEY =
            "SELECT t.TABLE_SCHEMA, t.TABLE_NAME FROM information_schema.TABLES t"
                    + " LEFT JOIN information_schema.TABLE_CONSTRAINTS c"
                    + " ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME"
                    + " AND c.CONSTRAINT_TYPE = 'PRIMARY KEY'"
                    + " WHERE t.TABLE_TYPE = 'BASE TABLE' AND c.CONSTRAINT_NAME IS NULL AND "
                    + USER_SCHEMA.replace("TABLE_SCHEMA", "t.TABLE_SCHEMA");

    private final Session session;

    private ServerProbe(Session session) {
        this.session = session;
    }

    /// Sees all there is to judge.
    public static ServerState look(Session session) {
        return new ServerProbe(session).look();
    }

    private ServerState look() {
        tolerate(() -> session.execute("SET ROLE ALL"));
        Rows withoutKey = session.query(TABLES_WITHOUT_KEY + " LIMIT " + ServerState.NAMES_MAX);
        Rows others =
                session.query(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE,"
                                + " COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0)"
                                + " FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'"
                                + " AND ENGINE <> 'InnoDB' AND"
                                + USER_SCHEMA
                                + " ORDER BY 4 DESC");
        Map<String, String> variables = variables();
        return new ServerState(
                session.server(),
                session.serverVersion(),
                AccountGrants.of(session),
                variables,
                clockAhead(),
                number(
                        "SELECT COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) FROM"
                                + " information_schema.TABLES WHERE"
                                + USER_SCHEMA),
                withoutKey.list().stream()
                        .map(row -> new TableName(row.string(0), row.string(1)).toString())
                        .toList(),
                withoutKey.count() < ServerState.NAMES_MAX
                        ? withoutKey.count()
                        : number("SELECT COUNT(*) FROM (" + TABLES_WITHOUT_KEY + ") x"),
                others.list().stream()
                        .limit(ServerState.NAMES_MAX)
                        .map(row ->
                                Text.format(
                                        "%s.%s (%s, %s)",
                                        row.string(0),
                                        row.string(1),
                                        row.string(2),
                                        Text.bytes(row.integer(3))))
                        .toList(),
                others.list().stream()
                        .filter(row -> keepsRows(row.string(2)))
                        .mapToLong(row -> row.integer(3))
                        .sum(),
                encryptedCount(),
                Keyring.status(session),
                largeColumnCount(variables),
                isReplica(),
                number(
                                "SELECT COUNT(*) FROM performance_schema.replication_group_members"
                                        + " WHERE MEMBER_STATE <> 'OFFLINE'")
                        > 0);
    }

    private static boolean keepsRows(String engine) {
        return List.of("MYISAM", "ARCHIVE", "CSV").contains(engine.toUpperCase(Locale.ROOT));
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        for (Rows.Row row : session.query("SHOW GLOBAL VARIABLES")) {
            String value = row.stringOrNull(1);
            variables.put(row.string(0).toLowerCase(Locale.ROOT), value == null ? "" : value);
        }
        return variables;
    }

    /// Half of the time that the question took is the error of the answer.
    private Duration clockAhead() {
        Instant before = Instant.now();
        long micros =
                session.query("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)")
                        .only()
                        .integer(0);
        Instant after = Instant.now();
        Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
        Instant theirs = Instant.EPOCH.plusNanos(Math.multiplyExact(micros, 1000));
        return Duration.between(middle, theirs);
    }

    private long encryptedCount() {
        return number(
                        "SELECT COUNT(*) FROM information_schema.TABLES WHERE"
                                + " CREATE_OPTIONS LIKE '%ENCRYPTION=_Y_%'")
                + number(
                        "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE"
                                + " DEFAULT_ENCRYPTION = 'YES'")
                + number(
                        "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES WHERE"
                                + " ENCRYPTION = 'Y'");
    }

    private long largeColumnCount(Map<String, String> variables) {
        String packet = variables.getOrDefault("max_allowed_packet", "");
        boolean matters =
                packet.matches("\\d{1,10}")
                        && ServerState.canExceedEvent(
                                variables.getOrDefault("binlog_row_image", ""),
                                Long.parseLong(packet));
        return matters
                ? number(
                        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE DATA_TYPE IN"
                                + " ('longblob', 'longtext', 'json') AND"
                                + USER_SCHEMA)
                : 0;
    }

    private boolean isReplica() {
        try {
            return !session.query("SHOW REPLICA STATUS").isEmpty();
        } catch (SqlErrorException _) {
            return false;
        }
    }

    /// The one number of a result; 0 if the account may not ask.
    private long number(String sql) {
        try {
            return session.query(sql).only().integer(0);
        } catch (SqlErrorException _) {
            return 0;
        }
    }

    private static void tolerate(Runnable statement) {
        try {
            statement.run();
        } catch (SqlErrorException _) {
            // What is missing shows in the grants.
        }
    }
}
