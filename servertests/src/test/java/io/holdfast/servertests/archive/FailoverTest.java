package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Goal: after a failover the archive goes on with the promoted replica, and nothing is missing
/// between the two histories. Method: an archiver that connects by a name, here a link to a socket,
/// which is turned from the source to the replica when the source is dead.
class FailoverTest {
    @Test
    void theArchiveGoesOnWithThePromotedReplica() throws Exception {
        try (var source = TestServer.start();
                var replica = TestServer.start();
                var archive = new RunningArchiver();
                Session promoted = RunningArchiver.session(replica)) {
            Path name = archive.folder().resolve("db.sock");
            Files.createSymbolicLink(name, source.socket());
            follow(promoted, source);
            GtidSet written;
            try (Session session = RunningArchiver.session(source)) {
                session.execute("CREATE DATABASE d");
                session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
                archive.follow(RunningArchiver.socket(name), RunningArchiver.small());
                write(session, 50);
                archive.awaitArchived(session);
                archive.stop(); // what comes now is on the replica, and not in the archive
                session.execute("FLUSH BINARY LOGS");
                write(session, 50);
                written = RunningArchiver.executed(session);
                promoted.query("SELECT WAIT_FOR_EXECUTED_GTID_SET('" + written + "', 60)");
                assertThat(RunningArchiver.executed(promoted).containsAll(written)).isTrue();
            }
            archive.follow(RunningArchiver.socket(name), RunningArchiver.small());
            archive.awaitEvent("a connection", ArchiveEvent.Connected.class::isInstance);
            source.kill();
            promoted.execute("STOP REPLICA");
            promoted.execute("RESET REPLICA ALL");
            write(promoted, 50);
            promoted.execute("FLUSH BINARY LOGS");
            write(promoted, 1); // once this is stored, the file before it is complete
            Path turned = archive.folder().resolve("turned.sock");
            Files.createSymbolicLink(turned, replica.socket());
            Files.move(turned, name, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            archive.awaitArchived(promoted);
            archive.stop();

            assertThat(archive.histories()).hasSize(2);
            HistoryArchive before = archive.history(source);
            HistoryArchive after = archive.history(replica);
            assertThat(after.history().reason()).isEqualTo(History.Reason.NEW);
            assertThat(after.history().predecessor()).isEqualTo(before.id());
            assertThat(before.continuity().gaps()).isEmpty();
            assertThat(after.continuity().gaps()).isEmpty();
            Continuity.Run run = after.continuity().runs().getFirst();
            assertThat(last(before).executed().containsAll(run.gtidsBefore())).isTrue();
            assertThat(run.executed()).isEqualTo(RunningArchiver.executed(promoted));
            assertThat(archive.compareWithServer(replica, after)).isPositive();
        }
    }

    /// As a service does that is started again with the promoted server's address: the journal is
    /// another one, and only the repository knows the server that is gone.
    @Test
    void anArchiverThatStartsAnewGoesOnWithThePromotedReplica() throws Exception {
        try (var source = TestServer.start();
                var replica = TestServer.start();
                var stranger = TestServer.start();
                var archive = new RunningArchiver();
                Session promoted = RunningArchiver.session(replica)) {
            follow(promoted, source);
            try (Session session = RunningArchiver.session(source)) {
                session.execute("CREATE DATABASE d");
                session.execute("CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)");
                write(session, 20);
                archive.catchUp(source);
                write(session, 20); // on the replica, and not in the archive
                promoted.query(
                        "SELECT WAIT_FOR_EXECUTED_GTID_SET('"
                                + RunningArchiver.executed(session)
                                + "', 60)");
            }
            source.kill();
            promoted.execute("STOP REPLICA");
            promoted.execute("RESET REPLICA ALL");
            write(promoted, 20);
            promoted.execute("FLUSH BINARY LOGS");
            archive.catchUp(
                    replica,
                    RunningArchiver.small().withJournal(archive.folder().resolve("second")));
            archive.catchUp(
                    stranger,
                    RunningArchiver.small().withJournal(archive.folder().resolve("third")));

            HistoryArchive after = archive.history(replica);
            assertThat(after.history().predecessor()).isEqualTo(archive.history(source).id());
            assertThat(after.continuity().gaps()).isEmpty();
            Continuity.Run run = after.continuity().runs().getFirst();
            assertThat(last(archive.history(source)).executed().containsAll(run.gtidsBefore()))
                    .isTrue();
            assertThat(run.executed()).isEqualTo(RunningArchiver.executed(promoted));
            assertThat(archive.history(stranger).history().predecessor()).isNull();
        }
    }

    private static void follow(Session replica, TestServer source) {
        replica.execute(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT="
                        + source.port()
                        + ", SOURCE_USER='root', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1");
        replica.execute("START REPLICA");
    }

    private static Continuity.Run last(HistoryArchive history) {
        return history.continuity().runs().getLast();
    }

    private static void write(Session session, int count) {
        for (int i = 0; i < count; i++) {
            session.execute("INSERT INTO d.t (v) VALUES (REPEAT('x', 100))");
        }
    }
}
