package io.holdfast.backup.logical;

import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.client.Session;
import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.TaskScope;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Copies the rows of tables with several threads: tables come in while the schema is read, one
/// thread cuts the large ones into pieces, the others read pieces.
///
/// Invariants:
///
/// - Tables and pieces that wait are bounded in number; whoever brings more waits.
/// - A session holds the metadata lock of one table at most, and of none while it waits for another
///   thread: it rolls back to a savepoint first. DDL that waits for the lock makes everybody who
///   comes after it wait, our other sessions too; a session that waited for one of those would wait
///   for ever, and the server cannot see the circle.
/// - So DDL can come between two pieces of a table. Whenever a reader has got a table's metadata
///   lock, it checks after its first piece that the table is still the one that was described,
///   unless the backup lock has vouched for that until then. What it reads before it lets the lock
///   go is of the same table.
final class RowCopy {
    private static final int TABLES_WAITING_MAX = 10_000;

    /// Entries of the queue of tables; null marks the end and comes after all others.
    private record Waiting(@Nullable TableJob table) {
        static final Comparator<Waiting> LARGEST_FIRST =
                Comparator.comparing(
                        Waiting::table, Comparator.nullsLast(Comparator.naturalOrder()));
    }

    /// A piece of a table; no table marks the end.
    private record Piece(@Nullable TableJob table, @Nullable String where) {
        static final Piece END = new Piece(null, null);
    }

    private final SnapshotGroup group;
    private final @Nullable InnodbTables known;
    private final BackupWriter backup;
    private final JsonLines.Writer lines;
    private final LogicalBackupOptions options;
    private final Progress.Work progress;
    private final BlockingQueue<Waiting> tables =
            new PriorityBlockingQueue<>(64, Waiting.LARGEST_FIRST);
    private final Semaphore room = new Semaphore(TABLES_WAITING_MAX);
    private final BlockingQueue<Piece> pieces;
    private final BlockingQueue<Piece> others = new LinkedBlockingQueue<>();
    private final AtomicLong tableCount = new AtomicLong();
    private final AtomicLong chunkCount = new AtomicLong();
    private final AtomicLong rowCount = new AtomicLong();

    /// @param known the tables' numbers when the snapshot was taken; null if they are compared
    ///   otherwise
    RowCopy(
            SnapshotGroup group,
            @Nullable InnodbTables known,
            BackupWriter backup,
            JsonLines.Writer lines,
            LogicalBackupOptions options,
            Progress.Work progress) {
        this.group = group;
        this.known = known;
        this.backup = backup;
        this.lines = lines;
        this.options = options;
        this.progress = progress;
        this.pieces = new LinkedBlockingQueue<>(2 * options.threads());
    }

    long tableCount() {
        return tableCount.get();
    }

    long chunkCount() {
        return chunkCount.get();
    }

    long rowCount() {
        return rowCount.get();
    }

    /// Starts the threads. They end when everything is copied after [#noMoreTables()].
    void start(TaskScope scope) {
        scope.fork(() -> {
            planTables();
            return null;
        });
        for (Session reader : group.readers()) {
            scope.fork(() -> {
                readPieces(reader);
                return null;
            });
        }
        Session locked = group.otherEngines();
        if (locked != null) {
            scope.fork(() -> {
                readLocked(locked);
                return null;
            });
        }
    }

    /// Gives a table to be copied.
    void add(TableJob table) {
        tableCount.incrementAndGet();
        TableContent content = table.content();
        if (content.rows() == TableContent.Rows.NONE) {
            return;
        }
        if (Engines.lacksTransactions(content.engine())
                && content.rows() == TableContent.Rows.KEPT) {
            if (group.otherEngines() == null) {
                throw SchemaChange.of("table %s came into being", table.name());
            }
            others.add(new Piece(table, null));
            return;
        }
        try {
            room.acquire();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        tables.add(new Waiting(table));
    }

    /// Says that all tables were given.
    void noMoreTables() {
        tables.add(new Waiting(null));
        others.add(Piece.END);
    }

    private void planTables() throws InterruptedException {
        var planner = new TablePlanner(group.planner(), options.chunkBytes());
        begin(group.planner());
        while (true) {
            TableJob table = tables.take().table();
            if (table == null) {
                pieces.put(Piece.END);
                return;
            }
            room.release();
            try {
                planner.plan(
                        table,
                        where -> {
                            table.addPiece();
                            put(new Piece(table, where), group.planner());
                        });
            } catch (SqlErrorException error) {
                throw SchemaChange.told(error, "table " + table.name());
            }
            letGo(group.planner());
            endPiece(table);
        }
    }

    private static void begin(Session session) {
        session.execute("SAVEPOINT holdfast");
    }

    /// Lets all metadata locks go and keeps the snapshot.
    private static void letGo(Session session) {
        session.execute("ROLLBACK TO SAVEPOINT holdfast");
    }

    private void put(Piece piece, Session planner) {
        if (pieces.offer(piece)) {
            return;
        }
        letGo(planner);
        try {
            pieces.put(piece);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private static InterruptedWorkException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedWorkException(
                Problem.of(CoreError.INTERRUPTED).what("stopped while copying rows").remedy(""));
    }

    private void readPieces(Session session) throws InterruptedException {
        begin(session);
        TableJob previous = null;
        while (true) {
            Piece piece = pieces.poll();
            if (piece == null) {
                letGo(session);
                previous = null;
                piece = pieces.take();
            }
            TableJob table = piece.table();
            if (table == null || !table.equals(previous)) {
                letGo(session);
            }
            if (table == null) {
                pieces.put(piece); // for the other readers
                return;
            }
            read(session, table, piece.where());
            if (!table.equals(previous) && !group.keepsDdlOut()) {
                demandSame(table, session);
            }
            previous = table;
            endPiece(table);
        }
    }

    private void readLocked(Session session) throws InterruptedException {
        while (true) {
            Piece piece = others.take();
            TableJob table = piece.table();
            if (table == null) {
                session.execute("UNLOCK TABLES");
                return;
            }
            read(session, table, null); // locked since the snapshot
            endPiece(table); // of the announcing: there is just one piece
        }
    }

    private void read(Session session, TableJob table, @Nullable String where) {
        try (var writer =
                new ChunkWriter(backup, lines, table, where, 2 * options.chunkBytes(), progress)) {
            session.stream(table.content().select(table.name(), where), writer);
            writer.end();
        } catch (SqlErrorException error) {
            throw SchemaChange.told(error, "table " + table.name());
        }
    }

    private void endPiece(TableJob table) {
        if (!table.endPiece()) {
            return;
        }
        TableLine.TableEnd end = table.end();
        chunkCount.addAndGet(end.chunks());
        rowCount.addAndGet(end.rows());
        lines.write(end);
    }

    /// Must come while the session holds the table's metadata lock.
    private void demandSame(TableJob table, Session session) {
        TableName name = table.name();
        byte[] now;
        boolean isSameTable;
        try {
            SqlText shown =
                    SqlText.of(session.query("SHOW CREATE TABLE " + name.quoted()).only().bytes(1));
            now = TableDefinition.withoutCounter(shown);
            isSameTable =
                    known == null
                            || Engines.lacksTransactions(table.content().engine())
                            || known.stillHold(name, session);
        } catch (SqlErrorException error) {
            throw SchemaChange.told(error, "table " + name);
        }
        if (Arrays.hashCode(now) != table.definitionHash()) {
            throw SchemaChange.of("the definition of table %s changed", name);
        }
        if (!isSameTable) {
            throw SchemaChange.of("another table came to be called %s", name);
        }
    }
}
