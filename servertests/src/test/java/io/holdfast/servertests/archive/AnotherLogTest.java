package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Goal: whatever happens to a server's log, the archive says what, and nothing that was archived
/// is joined to what is not its continuation.
class AnotherLogTest {
    private static void create(Session session) {
        session.execute("CREATE DATABASE d");
        session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
    }

    private static void write(Session session, int count) {
        for (int i = 0; i < count; i++) {
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT('x', 100))");
        }
    }

    @Test
    void aDataDirectoryThatWasPutBackIsARollback() throws IOException {
        try (var server = TestServer.start();
                var archive = new RunningArchiver()) {
            try (Session session = RunningArchiver.session(server)) {
                create(session);
                archive.catchUp(server);
                write(session, 20);
            }
            server.stop();
            Path copy = archive.folder().resolve("copy");
            copy(server.dataFolder(), copy);
            server.restart();
            try (Session session = RunningArchiver.session(server)) {
                write(session, 20);
                session.execute("FLUSH BINARY LOGS");
                write(session, 20);
                archive.catchUp(server);
            }
            server.stop();
            io.holdfast.mysqld.Folders.remove(server.dataFolder());
            copy(copy, server.dataFolder());
            server.restart();
            try (Session session = RunningArchiver.session(server)) {
                write(session, 30);
                session.execute("FLUSH BINARY LOGS");
                archive.catchUp(server);
                HistoryArchive second = archive.histories().getLast();
                assertThat(archive.histories()).hasSize(2);
                assertThat(second.history().reason()).isEqualTo(History.Reason.ROLLBACK);
                assertThat(second.history().firstFile()).isEqualTo("binlog.000001");
                assertThat(second.continuity().gaps()).isEmpty();
                assertThat(second.continuity().runs().getLast().executed())
                        .isEqualTo(RunningArchiver.executed(session));
                assertThat(archive.compareWithServer(server)).isEqualTo(2);
            }
        }
    }

    @Test
    void aLogThatLostItsEndInACrashSaysSo() throws IOException {
        try (var server = TestServer.start();
                var archive = new RunningArchiver()) {
            long whole;
            try (Session session = RunningArchiver.session(server)) {
                create(session);
                write(session, 20);
                whole = position(session).offset();
                write(session, 5);
                archive.catchUp(server);
            }
            server.kill();
            try (FileChannel log =
                    FileChannel.open(
                            server.dataFolder().resolve("binlog.000001"),
                            StandardOpenOption.WRITE)) {
                log.truncate(whole + 50); // in the middle of an event
            }
            server.restart();
            try (Session session = RunningArchiver.session(server)) {
                write(session, 5);
                archive.catchUp(server);
                HistoryArchive second = archive.histories().getLast();
                assertThat(archive.histories()).hasSize(2);
                assertThat(second.history().reason()).isEqualTo(History.Reason.LOST_TRANSACTIONS);
                assertThat(second.history().firstFile()).isEqualTo("binlog.000001");
                assertThat(second.continuity().gaps()).isEmpty();
                assertThat(archive.compareWithServer(server)).isEqualTo(1);
            }
        }
    }

    @Test
    void aResetWhileTheArchiverIsConnectedIsSeen() throws Exception {
        try (var server = TestServer.start();
                var archive = new RunningArchiver();
                Session session = RunningArchiver.session(server)) {
            create(session);
            write(session, 50);
            archive.followSocket(server);
            archive.awaitArchived(session);
            session.execute("RESET BINARY LOGS AND GTIDS");
            write(session, 3); // far less than before: the new file does not reach the old place
            archive.await("a second history", () -> archive.histories().size() == 2);
            archive.awaitArchived(session);
            archive.stop();
            List<HistoryArchive> histories = archive.histories();
            assertThat(histories).hasSize(2);
            assertThat(histories.getLast().history().reason()).isEqualTo(History.Reason.RESET);
            assertThat(histories.getLast().history().predecessor())
                    .isEqualTo(histories.getFirst().id());
        }
    }

    private static BinlogPosition position(Session session) {
        var row =
                session.query(
                                "SELECT JSON_UNQUOTE(LOCAL->'$.binary_log_file') f,"
                                        + " LOCAL->'$.binary_log_position' p"
                                        + " FROM performance_schema.log_status")
                        .only();
        return new BinlogPosition(row.string(0), row.integer(1));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry).toString());
                Files.copy(entry, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
