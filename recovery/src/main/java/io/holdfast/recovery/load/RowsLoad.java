package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.DifferentException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.TableLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Loads the rows of all tables with several sessions at once, several chunks of one table among
/// them, and proves each.
///
/// A chunk whose condition is known is read again as soon as it is loaded, while its pages are in
/// the server's memory: its rows are counted and hashed as they were when the backup was made. A
/// table's end is proven when its last chunk is: by the count of its rows where every chunk was
/// hashed, else by hashing the whole table. Whatever a server does to values on the way in
/// (warnings are many, and some mean nothing), what counts is what comes back out.
final class RowsLoad {
    /// The server chose this transaction to end a deadlock, or it waited too long for a lock.
    private static final int DEADLOCK = 1213;

    private static final int LOCK_WAIT = 1205;
    private static final int ATTEMPTS_MAX = 10;

    private final LoadSource source;
    private final ConnectOptions target;
    private final LoadOptions options;
    private final Map<Integer, LoadTable> tables;
    private final Map<Integer, TableTally> tallies = new HashMap<>();
    private final LongAdder rowCount = new LongAdder();
    private final LongAdder rowBytes = new LongAdder();

    /// @param tables the tables whose rows the backup keeps, by number
    RowsLoad(
            LoadSource source,
            ConnectOptions target,
            LoadOptions options,
            Map<Integer, LoadTable> tables) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.tables = tables;
        tables.keySet().forEach(number -> tallies.put(number, new TableTally()));
    }

    long rowCount() {
        return rowCount.sum();
    }

    long rowBytes() {
        return rowBytes.sum();
    }

    /// Loads and proves everything.
    ///
    /// @throws DifferentException if a table's rows are not those of the backup
    /// @throws CorruptDataException if the backup's list of chunks is not whole
    void run() {
        try (var sessions = new SessionPool(target);
                var scope = new TaskScope("load", options.threads());
                var work =
                        options.progress()
                                .begin("loading rows", Progress.Unit.ROWS, source.rowCount());
                InputStream lines = source.chunks()) {
            JsonLines.read(
                    lines,
                    "the backup's chunks",
                    TableLine.class,
                    line ->
                            scope.fork(() -> {
                                take(line, sessions, work);
                                return null;
                            }));
            scope.join();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        tallies.forEach((number, tally) -> {
            if (!tally.isProven()) {
                throw incomplete(table(number), tally.describe());
            }
        });
    }

    private void take(TableLine line, SessionPool sessions, Progress.Work work) {
        LoadTable table = table(line.table());
        TableTally tally = tallies.get(line.table());
        if (tally == null) {
            throw new AssertionError("a table without a tally: " + line.table());
        }
        LoadSession session = sessions.take();
        try {
            boolean isComplete =
                    switch (line) {
                        case TableLine.Chunk chunk -> {
                            load(table, chunk, session);
                            if (chunk.where() != null) {
                                prove(table, chunk, chunk.where(), session);
                            }
                            rowCount.add(chunk.rows());
                            rowBytes.add(chunk.bytes());
                            work.advance(chunk.rows());
                            yield tally.add(chunk);
                        }
                        case TableLine.TableEnd end -> tally.end(end);
                    };
            if (isComplete) {
                proveWhole(table, tally, session);
            }
        } finally {
            sessions.give(session);
        }
    }

    private LoadTable table(int number) {
        LoadTable table = tables.get(number);
        if (table == null) {
            throw new CorruptDataException(
                    Problem.of(LoadError.BACKUP_INCOMPLETE)
                            .what("rows belong to table number %d, which no line describes", number)
                            .where("the backup's chunks")
                            .remedy("Run 'holdfast verify', and restore another backup."));
        }
        return table;
    }

    private void load(LoadTable table, TableLine.Chunk chunk, LoadSession session) {
        String where = Text.format("table %s, chunk %d", table.name(), chunk.chunk());
        session.apply(null);
        for (int attempt = 1; ; attempt++) {
            try {
                loadOnce(table, chunk, session, where);
                return;
            } catch (SqlErrorException refusal) {
                boolean passes = refusal.number() == DEADLOCK || refusal.number() == LOCK_WAIT;
                if (!passes || attempt == ATTEMPTS_MAX) {
                    throw refusal;
                }
            }
        }
    }

    private void loadOnce(
            LoadTable table, TableLine.Chunk chunk, LoadSession session, String where) {
        var exactRows = new LongAdder();
        long loaded =
                session.session()
                        .loadData(
                                table.loadSql(),
                                out -> {
                                    var rows = new EscapedRows(table.columnCount(), out, where);
                                    source.rows(
                                            chunk,
                                            table.plainRows(rows, (_, _) -> exactRows.increment()));
                                    rows.finish();
                                    mustHaveAll(rows.rowCount() + exactRows.sum(), chunk, where);
                                });
        if (loaded != chunk.rows() - exactRows.sum()) {
            throw RowProof.different(
                    where,
                    Text.format(
                            "the server took %d rows of %d",
                            loaded, chunk.rows() - exactRows.sum()),
                    RowProof.warnings(session));
        }
        if (exactRows.sum() > 0) {
            insertExact(table, chunk, session, where);
        }
    }

    /// Reads the chunk once more, for the rows that LOAD DATA cannot bring back. Nobody else uses
    /// the table's session meanwhile, and LOAD DATA's own locks are gone.
    private void insertExact(
            LoadTable table, TableLine.Chunk chunk, LoadSession session, String where) {
        ExactInsert insert = table.exactInsert(session, where);
        source.rows(chunk, table.plainRows((_, _, _) -> {}, insert));
        insert.flush();
    }

    private static void mustHaveAll(long rows, TableLine.Chunk chunk, String where) {
        if (rows != chunk.rows()) {
            throw new CorruptDataException(
                    Problem.of(LoadError.ROWS_DAMAGED)
                            .what("the stream has %d rows, expected %d", rows, chunk.rows())
                            .where("%s", where)
                            .remedy("Run 'holdfast verify', and restore another backup."));
        }
    }

    private void prove(
            LoadTable table, TableLine.Chunk chunk, String condition, LoadSession session) {
        var proof = RowProof.read(table.selectSql() + " WHERE " + condition, session);
        proof.mustBe(
                chunk.rows(),
                chunk.hash(),
                Text.format("table %s, chunk %d", table.name(), chunk.chunk()));
    }

    private void proveWhole(LoadTable table, TableTally tally, LoadSession session) {
        TableLine.TableEnd end = tally.checkedEnd(table.name());
        String where = Text.format("table %s", table.name());
        if (tally.isHashedByChunk()) {
            session.apply(null);
            long counted =
                    session.session()
                            .query("SELECT COUNT(*) FROM " + table.name().quoted())
                            .only()
                            .integer(0);
            if (counted != end.rows()) {
                throw RowProof.different(
                        where,
                        Text.format("the table has %d rows, expected %d", counted, end.rows()),
                        "");
            }
        } else {
            RowProof.read(table.selectSql(), session).mustBe(end.rows(), end.hash(), where);
        }
        tally.prove();
    }

    private static CorruptDataException incomplete(LoadTable table, String what) {
        return new CorruptDataException(
                Problem.of(LoadError.BACKUP_INCOMPLETE)
                        .what("%s", what)
                        .where("table %s", table.name())
                        .remedy("Run 'holdfast verify', and restore another backup."));
    }
}
