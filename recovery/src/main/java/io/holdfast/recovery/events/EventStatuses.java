package io.holdfast.recovery.events;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.binlog.ObjectName;
import io.holdfast.binlog.ObjectType;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the status of every scheduled event was on the archived server, followed statement by
/// statement while a log is replayed.
///
/// An applier sets the status of each event that it creates or alters to `REPLICA_SIDE_DISABLED`,
/// `ALTER EVENT … COMMENT` included, so the true status cannot be read from the restored server: it
/// is folded from the status in the backup and the statements since. Not logged, and so not seen
/// here, is that a server disables an event whose schedule is over.
///
/// Confined to one thread.
public final class EventStatuses {
    private final boolean ignoresSchemaCase;
    private final Map<Name, EventStatus> byName = new HashMap<>();

    /// An event's name as the server compares it: events without case, schemas as the server is
    /// set.
    private record Name(String schema, String event) {}

    /// @param ignoresSchemaCase whether `lower_case_table_names` is not 0
    public EventStatuses(boolean ignoresSchemaCase) {
        this.ignoresSchemaCase = ignoresSchemaCase;
    }

    /// Notes the status that an event has to begin with.
    public void begin(String schema, String event, EventStatus status) {
        byName.put(name(schema, event), status);
    }

    /// The true status of an event; empty if, by what was followed, there is none.
    public Optional<EventStatus> of(String schema, String event) {
        return Optional.ofNullable(byName.get(name(schema, event)));
    }

    /// All that is known, a line each: the status, the schema and the event, both as in a URL.
    public List<String> lines() {
        return byName.entrySet().stream()
                .map(entry ->
                        entry.getValue()
                                + " "
                                + URLEncoder.encode(entry.getKey().schema(), StandardCharsets.UTF_8)
                                + " "
                                + URLEncoder.encode(entry.getKey().event(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    /// Notes what [#lines()] wrote.
    ///
    /// @throws IllegalArgumentException if a line is none of those
    public void begin(List<String> lines) {
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words.length != 3) {
                throw new IllegalArgumentException("no event's status: " + line);
            }
            begin(
                    URLDecoder.decode(words[1], StandardCharsets.UTF_8),
                    URLDecoder.decode(words[2], StandardCharsets.UTF_8),
                    EventStatus.valueOf(words[0]));
        }
    }

    private Name name(String schema, String event) {
        return new Name(
                ignoresSchemaCase ? schema.toLowerCase(Locale.ROOT) : schema,
                event.toLowerCase(Locale.ROOT));
    }

    /// Follows a statement that the restored server is given to apply.
    public void follow(LoggedStatement statement) {
        if (statement.names().names().isEmpty()) {
            return;
        }
        if (statement.names().type() == ObjectType.EVENT) {
            followEvent(statement, statement.names().names().getFirst());
        } else if (statement.names().type() == ObjectType.DATABASE) {
            followDatabase(statement, statement.names().names().getFirst().schema());
        }
    }

    private void followEvent(LoggedStatement statement, ObjectName object) {
        Name name = name(object.schema(), object.name());
        EventClauses clauses = EventClauses.parse(statement.text());
        switch (statement.names().verb()) {
            case CREATE -> {
                EventStatus status = clauses.status();
                if (!clauses.ifNotExists() || !byName.containsKey(name)) {
                    byName.put(name, status == null ? EventStatus.ENABLED : status);
                }
            }
            case ALTER -> alter(statement, name, clauses);
            case DROP -> byName.remove(name);
            case TRUNCATE, RENAME, GRANT, REVOKE, INSERT, REPLACE, UPDATE, DELETE, LOAD, OTHER -> {}
        }
    }

    private void alter(LoggedStatement statement, Name name, EventClauses clauses) {
        EventStatus before = byName.remove(name);
        EventStatus said = clauses.status();
        EventStatus now = said != null ? said : before != null ? before : EventStatus.ENABLED;
        Name target =
                switch (clauses.renamedTo().size()) {
                    case 0 -> name;
                    case 1 -> name(statement.defaultSchema(), clauses.renamedTo().getFirst());
                    default -> name(clauses.renamedTo().getFirst(), clauses.renamedTo().getLast());
                };
        byName.put(target, now);
    }

    private void followDatabase(LoggedStatement statement, String schema) {
        switch (statement.names().verb()) {
            case DROP -> {
                String dropped = name(schema, "").schema();
                byName.keySet().removeIf(name -> name.schema().equals(dropped));
            }
            case CREATE,
                    ALTER,
                    TRUNCATE,
                    RENAME,
                    GRANT,
                    REVOKE,
                    INSERT,
                    REPLACE,
                    UPDATE,
                    DELETE,
                    LOAD,
                    OTHER -> {}
        }
    }
}
