package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.TransactionEntry;
import io.holdfast.repository.format.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stores the tables' definitions beside the log, which by default has no column names: of all
/// tables when a history begins, and of those that a DDL statement named before the part with that
/// statement is stored.
///
/// A definition is read after the statement, from the server as it is by then; a later statement
/// may have changed it again, and then stores it again. A server that cannot be asked just now does
/// not hold up the archive: what is missing is read with the next part.
///
/// Each line is a JSON object: `schema`, `table`, `create` (the statement that `SHOW CREATE TABLE`
/// shows, absent if there is no such table any more) and `observed`, the server's position before
/// it was asked. Confined to one thread.
final class TableDefinitions implements AutoCloseable {
    private static final String ALL_TABLES =
            "SELECT table_schema, table_name FROM information_schema.tables"
                    + " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN"
                    + " ('mysql', 'sys', 'performance_schema', 'information_schema')"
                    + " ORDER BY table_schema, table_name";
    private static final Set<String> VERBS =
            Set.of("CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE");
    private static final Set<String> TYPES = Set.of("TABLE", "INDEX");
    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;
    private static final int PENDING_MAX = 100_000;

    private final ConnectOptions server;
    private final Consumer<ArchiveEvent> listener;
    private final Set<TableName> pending = new TreeSet<>();
    private boolean isAllPending;
    private boolean hasWarned;
    private @Nullable Session session;

    TableDefinitions(ConnectOptions server, Consumer<ArchiveEvent> listener) {
        this.server = server.withReadTimeout(Duration.ofSeconds(30));
        this.listener = listener;
    }

    /// Notes that no table of the history is known yet.
    void wantAll() {
        isAllPending = true;
    }

    /// Notes which tables these transactions changed.
    void want(List<TransactionEntry> transactions) {
        for (TransactionEntry transaction : transactions) {
            for (TransactionEntry.Statement statement : transaction.statements()) {
                if (VERBS.contains(statement.verb()) && TYPES.contains(statement.objectType())) {
                    statement
                            .names()
                            .forEach(
                                    name -> pending.add(new TableName(name.schema(), name.name())));
                }
            }
        }
        if (pending.size() > PENDING_MAX) {
            pending.clear();
            isAllPending = true;
        }
    }

    /// Reads and stores what is wanted, as it holds from `position` on.
    ///
    /// @throws io.holdfast.core.UnavailableException if the repository fails
    void store(HistoryArchive history, BinlogPosition position) {
        if (!isAllPending && pending.isEmpty()) {
            return;
        }
        Session open = session();
        if (open == null) {
            return;
        }
        boolean isComplete = isAllPending;
        try {
            Iterable<TableName> tables = isComplete ? all(open) : List.copyOf(pending);
            BinlogPosition observed = ServerObserver.observe(open).position();
            history.putDefinitions(position, isComplete, out -> write(open, tables, observed, out));
            isAllPending = false;
            pending.clear();
        } catch (SqlErrorException e) {
            warn(e);
        } catch (HoldfastException e) {
            if (!open.isClosed()) {
                throw e; // the repository's failure: the part itself would fail too
            }
            warn(e);
        }
    }

    private @Nullable Session session() {
        Session open = session;
        if (open != null && !open.isClosed()) {
            return open;
        }
        try {
            open = Session.open(server);
            // A table that another statement has locked must not hold up the archive.
            long _ = open.execute("SET SESSION lock_wait_timeout = 5");
            session = open;
            return open;
        } catch (HoldfastException e) {
            warn(e);
            return null;
        }
    }

    private void warn(HoldfastException e) {
        if (!hasWarned) {
            hasWarned = true;
            listener.accept(
                    new ArchiveEvent.Warned(
                            Problem.of(BackupError.ARCHIVE_DEFINITIONS_MISSING)
                                    .what(
                                            "table definitions could not be read: %s",
                                            e.problem().what())
                                    .where("%s", e.problem().where())
                                    .remedy(
                                            "GRANT SELECT ON *.* to the user that archives; they are read again with the next part.")));
        }
    }

    private static Iterable<TableName> all(Session session) {
        Rows rows = session.query(ALL_TABLES);
        return () ->
                rows.list().stream()
                        .map(row -> new TableName(row.string(0), row.string(1)))
                        .iterator();
    }

    private static void write(
            Session session,
            Iterable<TableName> tables,
            BinlogPosition observed,
            OutputStream out) {
        try {
            for (TableName table : tables) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("schema", table.schema());
                line.put("table", table.table());
                String create = create(session, table);
                if (create != null) {
                    line.put("create", create);
                }
                line.put("observed", observed.toString());
                out.write(Json.mapper().writeValueAsBytes(line));
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String create(Session session, TableName table) {
        try {
            return session.query("SHOW CREATE TABLE " + table.quoted()).only().stringOrNull(1);
        } catch (SqlErrorException e) {
            if (e.number() == NO_SUCH_TABLE || e.number() == NO_SUCH_DATABASE) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        Session open = session;
        if (open != null) {
            open.close();
        }
    }
}
