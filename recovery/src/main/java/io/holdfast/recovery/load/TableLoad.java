package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.core.ByteSink;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.TaskScope;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.repository.logical.TableContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Copies one table from a server that nobody else uses into one that others use, and proves it.
///
/// 1. The table is made under a name that nobody knows, and loaded. Under its own name, whoever
///    misses it would write to it, and would lose that if the load failed.
/// 2. All its rows are read back: their count and hash must be those of what was read before.
/// 3. While nobody can reach it, it gets its name and its triggers, which the load would have
///    fired.
///
/// A load that fails, or is interrupted, drops what it made. One that is killed leaves a table
/// `holdfast_…`, which nothing else uses. The target's binary log gets all of it, in transactions
/// of one chunk each.
public final class TableLoad {
    /// Group replication refuses transactions above 143 MB.
    private static final long CHUNK_BYTES = 32L << 20;

    private final ConnectOptions source;
    private final ConnectOptions target;
    private final Progress progress;
    private final Findings findings = new Findings();

    public TableLoad(ConnectOptions source, ConnectOptions target, Progress progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /// What was loaded, and proven.
    ///
    /// @param hash see [io.holdfast.repository.logical.RowHash]
    public record Loaded(long rowCount, String hash, List<LoadReport.Finding> findings) {
        public Loaded {
            findings = List.copyOf(findings);
        }
    }

    /// Copies it.
    ///
    /// @param from the source's name of it
    /// @param into the target's; there is none, as [TableTarget] has seen
    /// @throws io.holdfast.core.DifferentException if other rows come back than were read
    /// @throws io.holdfast.core.SqlErrorException if the target refuses a statement
    public Loaded copy(TableName from, TableName into, TableDescription description) {
        try (LoadSession session = LoadSession.openLogged(target);
                var made = new MadeTable(target, into, session, progress)) {
            String title = "table " + into;
            SchemaLine line = description.tableNamed(made.hidden());
            TableContent content = Objects.requireNonNull(line.table(), "every table has one");
            create(
                    session,
                    title,
                    line.session(),
                    InheritedCollations.leaveOut(line.statements().getFirst()));
            LoadTable table = LoadTable.of(made.hidden(), content);
            RowProof read = rows(content.select(from, null), table, title, session);
            progress.say("reading the rows back");
            RowProof.read(table.selectSql(), session).mustBe(read.rowCount(), read.hash(), title);
            new SchemaProof(session, findings).compare(line);
            reveal(made, into, description, session);
            return new Loaded(
                    read.rowCount(),
                    read.hash(),
                    findings.all().stream()
                            .map(finding ->
                                    finding.object().equals(line.title())
                                            ? finding.of(title)
                                            : finding)
                            .toList());
        }
    }

    private static void create(
            LoadSession session, String title, @Nullable SqlSession settings, SqlText statement) {
        try {
            session.execute(settings, statement);
        } catch (SqlErrorException refusal) {
            throw new SqlErrorException(
                    Problem.of(LoadError.OBJECT_NOT_CREATED)
                            .what(
                                    "the server answered error %d (%s): %s",
                                    refusal.number(), refusal.sqlState(), refusal.serverMessage())
                            .where("%s", title)
                            .remedy(
                                    "Give the server what it lacks, then run the same command again."),
                    refusal.number(),
                    refusal.sqlState(),
                    refusal.serverMessage());
        }
    }

    private RowProof rows(String select, LoadTable table, String title, LoadSession session) {
        var pipe = new RowPipe(CHUNK_BYTES);
        try (var scope = new TaskScope("copy-table", 2);
                var work = progress.begin("copying rows", Progress.Unit.ROWS, Progress.UNKNOWN)) {
            scope.fork(() -> {
                try (LoadSession reader = LoadSession.open(source)) {
                    reader.session().stream(select, pipe);
                    pipe.end();
                }
                return null;
            });
            scope.fork(() -> {
                while (pipe.hasChunk()) {
                    work.advance(chunk(pipe, table, title, session));
                }
                return null;
            });
            scope.join();
        }
        return pipe.read();
    }

    /// @return how many rows it had
    private static long chunk(RowPipe pipe, LoadTable table, String where, LoadSession session) {
        var exact = new ArrayList<byte[]>();
        var plain = new long[1];
        session.apply(null);
        long loaded =
                session.session()
                        .loadData(
                                table.loadSql(),
                                out -> {
                                    var rows = new EscapedRows(table.columnCount(), out, where);
                                    ByteSink sink =
                                            table.plainRows(
                                                    rows,
                                                    (row, byteCount) ->
                                                            exact.add(
                                                                    Arrays.copyOf(row, byteCount)));
                                    pipe.writeChunk(sink);
                                    rows.finish();
                                    plain[0] = rows.rowCount();
                                });
        if (loaded != plain[0]) {
            throw RowProof.different(
                    where,
                    Text.format("the server took %d rows of %d", loaded, plain[0]),
                    RowProof.warnings(session));
        }
        if (!exact.isEmpty()) {
            ExactInsert insert = table.exactInsert(session, where);
            exact.forEach(row -> insert.take(row, row.length));
            insert.flush();
        }
        return plain[0] + exact.size();
    }

    /// The lock lets nobody else in before the triggers are there; a table keeps it when it is
    /// renamed. Tables whose foreign keys refer to the name get a new parent by that, and must be
    /// locked as well.
    private void reveal(
            MadeTable made, TableName into, TableDescription description, LoadSession session) {
        String collation = collation(into.schema(), session);
        session.apply(null);
        var locks = new StringBuilder("LOCK TABLES " + made.hidden().quoted() + " WRITE");
        children(into, session).stream()
                .filter(child -> !child.equals(made.hidden()))
                .forEach(child -> locks.append(", " + child.quoted() + " WRITE"));
        session.session().execute(locks.toString());
        made.rename();
        for (SchemaLine trigger : description.triggers()) {
            create(
                    session,
                    trigger.title(),
                    inPresentCollation(trigger, collation),
                    trigger.statements().getFirst());
        }
        made.keep();
        session.session().execute("UNLOCK TABLES");
    }

    private static List<TableName> children(TableName parent, LoadSession session) {
        return session
                .session()
                .query(
                        "SELECT DISTINCT CONSTRAINT_SCHEMA, TABLE_NAME FROM"
                                + " information_schema.REFERENTIAL_CONSTRAINTS WHERE"
                                + " UNIQUE_CONSTRAINT_SCHEMA = "
                                + SqlLiteral.text(parent.schema())
                                + " AND REFERENCED_TABLE_NAME = "
                                + SqlLiteral.text(parent.table()))
                .list()
                .stream()
                .map(row -> new TableName(row.string(0), row.string(1)))
                .toList();
    }

    private static String collation(String schema, LoadSession session) {
        return session.session()
                .query(
                        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE"
                                + " SCHEMA_NAME = "
                                + SqlLiteral.text(schema))
                .only()
                .string(0);
    }

    /// A schema that others use does not change its collation for the sake of a trigger.
    private @Nullable SqlSession inPresentCollation(SchemaLine trigger, String present) {
        SqlSession settings = trigger.session();
        if (settings == null || settings.databaseCollation() == null) {
            return settings;
        }
        if (!settings.databaseCollation().equals(present)) {
            findings.note(
                    trigger.title(),
                    Text.format(
                            "it was made while its schema's collation was %s, which is now %s",
                            settings.databaseCollation(), present));
        }
        return settings.withoutDatabaseCollation();
    }
}
