package io.holdfast.recovery.events;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.recovery.error.RecoveryError;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gives scheduled events the status back that an applier took from them, and proves that nothing
/// else of them changed.
///
/// `ALTER EVENT … ENABLE` is not as small as it looks: it makes the present user the definer unless
/// one is named, and stores the session's `sql_mode`, `time_zone` and character sets as the
/// event's. So the session takes the event's own first, and every column is compared afterwards.
///
/// An event whose schedule was over at the recovered moment is left disabled: its server had
/// disabled it too, without logging that, and enabled it would run once more on the recovered one.
public final class EventRepair {
    /// What an `ALTER EVENT` of the status must leave as it is.
    private static final List<String> KEPT =
            List.of(
                    "EVENT_SCHEMA",
                    "EVENT_NAME",
                    "DEFINER",
                    "TIME_ZONE",
                    "EVENT_BODY",
                    "EVENT_DEFINITION",
                    "EVENT_TYPE",
                    "EXECUTE_AT",
                    "INTERVAL_VALUE",
                    "INTERVAL_FIELD",
                    "SQL_MODE",
                    "STARTS",
                    "ENDS",
                    "ON_COMPLETION",
                    "CREATED",
                    "EVENT_COMMENT",
                    "CHARACTER_SET_CLIENT",
                    "COLLATION_CONNECTION",
                    "DATABASE_COLLATION");

    private EventRepair() {}

    /// An event that was given a status.
    ///
    /// @param wasOver whether it would be enabled if its schedule were not over
    public record Repaired(String schema, String event, EventStatus status, boolean wasOver) {}

    /// What was done, and what could not be.
    ///
    /// @param unknown events that are disabled as on a replica, but of which the log says nothing
    public record Outcome(List<Repaired> repaired, List<String> unknown) {
        public Outcome {
            repaired = List.copyOf(repaired);
            unknown = List.copyOf(unknown);
        }
    }

    /// Notes the status of every event of a server that has just been loaded from a backup.
    public static void noteAll(Session session, EventStatuses statuses) {
        Rows rows =
                session.query(
                        "SELECT EVENT_SCHEMA, EVENT_NAME, STATUS FROM information_schema.EVENTS");
        for (Rows.Row row : rows) {
            statuses.begin(
                    row.string("EVENT_SCHEMA"),
                    row.string("EVENT_NAME"),
                    EventStatus.ofColumn(row.string("STATUS")));
        }
    }

    /// Sets every event right.
    ///
    /// @param session of its own, whose settings are changed
    /// @param moment the time of the last transaction that was replayed
    /// @throws CorruptDataException if more than the status of an event changed
    public static Outcome repair(Session session, EventStatuses statuses, Instant moment) {
        var repaired = new ArrayList<Repaired>();
        var unknown = new ArrayList<String>();
        session.execute("SET SESSION sql_log_bin = 0, time_zone = '+00:00'");
        for (Rows.Row row : session.query(query(moment))) {
            if (EventStatus.ofColumn(row.string("STATUS")) != EventStatus.REPLICA_SIDE_DISABLED) {
                continue;
            }
            String schema = row.string("EVENT_SCHEMA");
            String event = row.string("EVENT_NAME");
            EventStatus status = statuses.of(schema, event).orElse(null);
            if (status == null) {
                unknown.add(schema + "." + event);
                continue;
            }
            boolean isOver = !row.isNull("IS_OVER") && row.integer("IS_OVER") == 1;
            boolean wasOver = isOver && status == EventStatus.ENABLED;
            EventStatus wanted = wasOver ? EventStatus.DISABLED : status;
            if (wanted != EventStatus.REPLICA_SIDE_DISABLED) {
                alter(session, row, wanted);
                proveOnlyStatusChanged(session, row, wanted, moment);
            }
            repaired.add(new Repaired(schema, event, wanted, wasOver));
        }
        session.reset();
        return new Outcome(repaired, unknown);
    }

    private static String query(Instant moment) {
        String text = moment.toString().replace('T', ' ').replace("Z", "");
        return Text.format(
                """
                SELECT %s, STATUS,
                  CONVERT_TZ(COALESCE(EXECUTE_AT, ENDS), TIME_ZONE, '+00:00')
                    <= CAST('%s' AS DATETIME(6)) AS IS_OVER
                FROM information_schema.EVENTS\
                """,
                String.join(", ", KEPT), text);
    }

    private static void alter(Session session, Rows.Row row, EventStatus wanted) {
        session.execute("SET SESSION sql_mode = " + literal(row.string("SQL_MODE")));
        session.execute("SET SESSION time_zone = " + literal(row.string("TIME_ZONE")));
        String statement =
                "ALTER DEFINER = "
                        + account(row.string("DEFINER"))
                        + " EVENT "
                        + new TableName(row.string("EVENT_SCHEMA"), row.string("EVENT_NAME"))
                                .quoted()
                        + " "
                        + wanted.clause();
        Charset charset = charset(row.string("CHARACTER_SET_CLIENT"));
        session.execute(
                "SET SESSION collation_connection = "
                        + literal(row.string("COLLATION_CONNECTION")));
        if (charset.newEncoder().canEncode(statement)) {
            // The name would be misread in the event's own character set if it were sent in ours.
            session.execute(
                    "SET SESSION character_set_client = "
                            + literal(row.string("CHARACTER_SET_CLIENT")));
            session.execute(statement.getBytes(charset));
        } else {
            session.execute(statement);
        }
        session.execute("SET NAMES utf8mb4");
    }

    /// The charset in which a server reads statements. Of those not listed only what is ASCII is
    /// sent, which is the same in all of them.
    private static Charset charset(String mysqlName) {
        return switch (mysqlName) {
            case "utf8mb4", "utf8mb3", "utf8" -> StandardCharsets.UTF_8;
            case "latin1" -> Charset.forName("windows-1252");
            default -> StandardCharsets.US_ASCII;
        };
    }

    /// `user@host` as `information_schema` shows it; the user's name may hold an at sign.
    private static String account(String definer) {
        int at = definer.lastIndexOf('@');
        return TableName.quote(definer.substring(0, at))
                + "@"
                + TableName.quote(definer.substring(at + 1));
    }

    /// A string literal that means the same in every `sql_mode`: `ANSI_QUOTES` makes double quotes
    /// names, and `NO_BACKSLASH_ESCAPES` a backslash itself.
    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    private static void proveOnlyStatusChanged(
            Session session, Rows.Row before, EventStatus wanted, Instant moment) {
        session.execute("SET SESSION sql_mode = '', time_zone = '+00:00'");
        String schema = before.string("EVENT_SCHEMA");
        String event = before.string("EVENT_NAME");
        Rows.Row after =
                session.query(
                                query(moment)
                                        + " WHERE EVENT_SCHEMA = "
                                        + literal(schema.replace("\\", "\\\\"))
                                        + " AND EVENT_NAME = "
                                        + literal(event.replace("\\", "\\\\")))
                        .only();
        Map<String, @Nullable String> changed = new TreeMap<>();
        Map<String, @Nullable String> old = values(before);
        values(after)
                .forEach((column, value) -> {
                    if (!Objects.equals(value, old.get(column))) {
                        changed.put(column, value);
                    }
                });
        EventStatus now = EventStatus.ofColumn(after.string("STATUS"));
        if (!changed.isEmpty() || now != wanted) {
            throw new CorruptDataException(
                    Problem.of(RecoveryError.EVENT_CHANGED)
                            .what(
                                    "status is %s, expected %s; other columns that changed: %s",
                                    now, wanted, changed.keySet())
                            .where("event %s.%s", schema, event)
                            .remedy(
                                    "Recover to a moment before the event was created or altered, or leave that"
                                            + " transaction out with --skip, and create the event by hand."));
        }
    }

    private static Map<String, @Nullable String> values(Rows.Row row) {
        Map<String, @Nullable String> values = new TreeMap<>();
        for (String column : KEPT) {
            values.put(column, row.stringOrNull(column));
        }
        return values;
    }
}
