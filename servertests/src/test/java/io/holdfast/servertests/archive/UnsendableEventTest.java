package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: an event of more than 1 GiB, which no server sends, ends the archiver with its place, its
/// transaction and the way out, and the way out works. Method: a server takes an event's length
/// from its header before it reads it, so one written into a closed file is as good as a real
/// event.
class UnsendableEventTest {
    private static final int LENGTH_INDEX = 9;

    @Test
    void theArchiverSaysWhichTransactionAndGoesOnBehindItWhenToldTo() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            session.execute("CREATE TABLE mysql.t (v INT)");
            session.execute("INSERT INTO mysql.t VALUES (1)");
            GtidSet before = RunningArchiver.executed(session);
            session.execute("INSERT INTO mysql.t VALUES (2)");
            GtidSet large = RunningArchiver.executed(session).subtract(before);
            session.execute("INSERT INTO mysql.t VALUES (3)");
            BinlogPosition rows = lastRows(session, "binlog.000001", 1);
            session.execute("FLUSH BINARY LOGS");
            long bytes = writeLength(server.dataFolder(), rows, 0x5000_0000L);
            ArchiveOptions options = RunningArchiver.small().withFrom("binlog.000001");

            for (int attempt = 0; attempt < 2; attempt++) {
                RefusedException refused =
                        catchThrowableOfType(
                                RefusedException.class, () -> archive.catchUp(server, options));
                assertThat(refused.problem().code()).isEqualTo(BackupError.ARCHIVE_EVENT_TOO_LARGE);
                assertThat(refused.problem().where()).contains(rows.toString());
                assertThat(refused.problem().what())
                        .as("attempt %d", attempt)
                        .contains(large.toString());
                assertThat(refused.problem().remedy()).contains("--give-up " + rows);
            }
            HistoryArchive first = archive.histories().getFirst();
            assertThat(executed(first)).isEqualTo(before);

            session.execute("INSERT INTO mysql.t VALUES (4)");
            archive.catchUp(server, options.withGiveUp(rows));
            assertThat(archive.histories()).hasSize(2);
            HistoryArchive second = archive.histories().getLast();
            assertThat(second.history().reason()).isEqualTo(History.Reason.GAP);
            assertThat(second.history().firstFile()).isEqualTo("binlog.000002");
            assertThat(executed(second)).isEqualTo(RunningArchiver.executed(session));

            session.execute("INSERT INTO mysql.t VALUES (5)");
            archive.catchUp(server, options.withGiveUp(rows)); // once is enough
            assertThat(archive.histories()).hasSize(2);

            writeLength(server.dataFolder(), rows, bytes);
            assertThat(executed(archive.histories().getFirst())).isEqualTo(before);
        }
    }

    @Test
    void nothingIsGivenUpWhereTheArchiveDoesNotEndThere() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            session.execute("CREATE TABLE mysql.t (v INT)");
            session.execute("INSERT INTO mysql.t VALUES (1)");
            BinlogPosition rows = lastRows(session, "binlog.000001", 0);
            session.execute("FLUSH BINARY LOGS");
            ArchiveOptions options = RunningArchiver.small().withFrom("binlog.000001");
            archive.catchUp(server, options.withGiveUp(rows));
            archive.catchUp(server, options.withGiveUp(rows));
            assertThat(archive.histories()).hasSize(1);
            assertThat(archive.compareWithServer(server)).isEqualTo(1);
        }
    }

    private static GtidSet executed(HistoryArchive history) {
        List<Continuity.Run> runs = history.continuity().runs();
        assertThat(history.continuity().gaps()).isEmpty();
        return runs.getLast().executed();
    }

    /// The last event but some that holds rows.
    private static BinlogPosition lastRows(Session session, String file, int but) {
        List<Long> places =
                session.query("SHOW BINLOG EVENTS IN '" + file + "'").list().stream()
                        .filter(row -> row.string("Event_type").equals("Write_rows"))
                        .map(row -> row.integer(1))
                        .toList();
        return new BinlogPosition(file, places.get(places.size() - 1 - but));
    }

    /// Writes an event's length.
    ///
    /// @return what it was
    private static long writeLength(Path data, BinlogPosition event, long eventBytes)
            throws IOException {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel =
                FileChannel.open(
                        data.resolve(event.file()),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            assertThat(channel.read(length, event.offset() + LENGTH_INDEX)).isEqualTo(4);
            long before = Integer.toUnsignedLong(length.getInt(0));
            length.clear();
            length.putInt(0, (int) eventBytes);
            assertThat(channel.write(length, event.offset() + LENGTH_INDEX)).isEqualTo(4);
            return before;
        }
    }
}
