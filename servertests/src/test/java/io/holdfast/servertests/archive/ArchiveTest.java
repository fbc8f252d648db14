package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.mysqld.Folders;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ArchiveTest {
    private static void write(Session session, int count) {
        for (int i = 0; i < count; i++) {
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT('x', 100))");
        }
    }

    private static void create(Session session) {
        session.execute("CREATE DATABASE d");
        session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v LONGBLOB)");
    }

    @Test
    void whatIsExportedIsWhatTheServerWrote() throws IOException {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            write(session, 500);
            archive.catchUp(server);
            for (int file = 0; file < 3; file++) {
                session.execute("FLUSH BINARY LOGS");
                write(session, 300);
            }
            archive.catchUp(server);
            assertThat(archive.compareWithServer(server)).isEqualTo(3);
            HistoryArchive history = archive.histories().getFirst();
            assertThat(history.continuity().gaps()).isEmpty();
            assertThat(history.continuity().runs().getFirst().executed())
                    .hasToString(session.query("SELECT @@global.gtid_executed").only().string(0));
        }
    }

    @Test
    void withoutGtidsTheFilesAreTheSameToo() throws IOException {
        try (var server = TestServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            write(session, 100);
            archive.catchUp(server);
            session.execute("FLUSH BINARY LOGS");
            write(session, 100);
            server.kill();
            server.restart();
            try (Session after = RunningArchiver.session(server)) {
                write(after, 10);
            }
            archive.catchUp(server);
            assertThat(archive.compareWithServer(server)).isEqualTo(2);
            assertThat(archive.histories().getFirst().continuity().gaps()).isEmpty();
        }
    }

    @Test
    void aResetBeginsANewHistory() throws IOException {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            write(session, 50);
            archive.catchUp(server);
            session.execute("RESET BINARY LOGS AND GTIDS");
            write(session, 500);
            archive.catchUp(server);
            assertThat(archive.histories()).hasSize(2);
            HistoryArchive second = archive.histories().getLast();
            assertThat(second.history().reason()).isEqualTo(History.Reason.RESET);
            assertThat(second.history().predecessor())
                    .isEqualTo(archive.histories().getFirst().id());
            session.execute("FLUSH BINARY LOGS");
            archive.catchUp(server);
            assertThat(archive.compareWithServer(server)).isEqualTo(1);
        }
    }

    /// Goal: a reset is never taken for a machine that went back, whichever second it happens in: a
    /// file made anew within one second begins with the same bytes. Method: reset, write one
    /// transaction of one size, archive, at once again; by turns with the journal lost, so that the
    /// old beginning comes from the journal and from the stored parts.
    @Test
    void everyResetIsSeenAsOneHoweverSoonItComes() {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            for (int round = 0; round < 6; round++) {
                session.execute("RESET BINARY LOGS AND GTIDS");
                write(session, 1);
                archive.catchUp(server);
                assertThat(archive.histories()).hasSize(round + 1);
                assertThat(archive.histories().getLast().history().reason())
                        .isEqualTo(round == 0 ? History.Reason.NEW : History.Reason.RESET);
                if (round % 2 == 1) {
                    Folders.remove(archive.journal());
                }
            }
        }
    }

    @Test
    void logsThatWerePurgedBeforeTheyWereArchivedAreAGap() throws IOException {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            archive.catchUp(server);
            session.execute("FLUSH BINARY LOGS");
            write(session, 50);
            session.execute("FLUSH BINARY LOGS");
            write(session, 50);
            session.execute("PURGE BINARY LOGS TO 'binlog.000003'");
            archive.catchUp(server);
            assertThat(archive.histories()).hasSize(2);
            assertThat(archive.histories().getLast().history().reason())
                    .isEqualTo(History.Reason.GAP);
        }
    }

    /// Goal: whatever is in the log comes out the same. Method: one server with everything unusual
    /// that a transaction can be.
    @Test
    void unusualTransactionsAreKeptByteForByte() throws IOException {
        try (var server =
                        TestServer.start(
                                "--binlog-transaction-compression=ON",
                                "--max-allowed-packet=1G",
                                "--binlog-rows-query-log-events=ON");
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            session.execute("SET SESSION binlog_transaction_compression = OFF");
            // Larger than every buffer on its way, and than a part.
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT('large', 8000000))");
            session.execute("SET SESSION binlog_transaction_compression = ON");
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT('compressed', 500000))");
            session.execute("SET gtid_next = 'AUTOMATIC:a_tag'");
            write(session, 3);
            session.execute("SET gtid_next = 'AUTOMATIC'");
            session.execute("XA START 'x'");
            write(session, 1);
            session.execute("XA END 'x'");
            session.execute("XA PREPARE 'x'");
            session.execute("XA COMMIT 'x'");
            session.execute("SET SESSION binlog_format = 'STATEMENT'");
            session.execute("UPDATE d.t SET v = 'y' WHERE id = 1");
            session.execute("SET GLOBAL binlog_checksum = 'NONE'");
            write(session, 10);
            session.execute("FLUSH BINARY LOGS");
            archive.catchUp(server, RunningArchiver.small().withFrom("binlog.000001"));
            assertThat(archive.compareWithServer(server)).isEqualTo(2);
            assertThat(archive.histories().getFirst().continuity().gaps()).isEmpty();
        }
    }

    @Test
    void aFollowingArchiverOutlivesItsServerAndDefinitionsAreKept() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver()) {
            try (Session session = RunningArchiver.session(server)) {
                create(session);
                archive.followSocket(server);
                write(session, 200);
                session.execute("ALTER TABLE d.t ADD COLUMN added INT");
                write(session, 200);
            }
            server.kill();
            server.restart();
            try (Session session = RunningArchiver.session(server)) {
                write(session, 200);
                session.execute("FLUSH BINARY LOGS");
                write(session, 1); // once this is stored, the file before it is complete
                archive.awaitArchived(session);
            }
            archive.stop();
            assertThat(archive.compareWithServer(server)).isEqualTo(2);
            HistoryArchive history = archive.histories().getFirst();
            assertThat(history.continuity().gaps()).isEmpty();
            String definitions = RunningArchiver.definitions(history);
            assertThat(definitions).contains("\"table\":\"t\"").contains("`added` int");
        }
    }
}
