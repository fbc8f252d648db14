package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Session;
import io.holdfast.core.UnavailableException;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Goal: a follower that does not come to read what the server writes says so and gives the server
/// its log back. Method: the folder that it looks into is not the server's any more.
final class RedoFollowerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /// Of the server's redo log of 64 MiB, which has 32.
    private static final int FILE_BYTES = 2 << 20;

    private static final int CAPACITY_BYTES = 32 * FILE_BYTES;
    private static final int SMALL_BYTES = 8 << 20;

    @Test
    void aLogThatCannotBeReadOnIsLost() throws Exception {
        try (var server = TestServer.start();
                Session root = Session.open(server.as("root", ""))) {
            Path link = server.folder().resolve("redo");
            turnTo(server.dataFolder().resolve(RedoFileName.FOLDER), link);
            try (var follower =
                    RedoFollower.start(
                            server.as("root", ""),
                            new RedoFolder(link),
                            CAPACITY_BYTES,
                            (_, _, _) -> {})) {
                turnTo(Files.createDirectory(server.folder().resolve("nothing")), link);
                root.execute("CREATE DATABASE d");
                root.execute("CREATE TABLE d.t (v LONGBLOB)");
                root.execute("INSERT INTO d.t VALUES (REPEAT('x', " + 3 * FILE_BYTES + "))");
                assertThatThrownBy(() -> follower.finishAt(Long.MAX_VALUE, LONG))
                        .isInstanceOfSatisfying(
                                UnavailableException.class,
                                lost -> {
                                    assertThat(lost.problem().code())
                                            .isEqualTo(BackupError.REDO_LOST);
                                    assertThat(lost.problem().what())
                                            .contains("cannot be read on", "NOT_WRITTEN");
                                });
                // Whoever comes next is let in before the follower is closed.
                demandFree(root);
            }
        }
    }

    @Test
    void aLogThatIsNotWrittenSoFarInTimeIsLost() {
        try (var server = TestServer.start();
                Session root = Session.open(server.as("root", ""))) {
            var folder = new RedoFolder(server.dataFolder().resolve(RedoFileName.FOLDER));
            try (var follower =
                    RedoFollower.start(
                            server.as("root", ""), folder, CAPACITY_BYTES, (_, _, _) -> {})) {
                assertThatThrownBy(() -> follower.finishAt(Long.MAX_VALUE, Duration.ofMillis(100)))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(BackupError.REDO_LOST.name());
            }
            demandFree(root);
        }
    }

    /// Method: a disk that takes 2 MiB a second, and a writer that would write much more.
    @Test
    void aDiskThatIsSlowerThanTheServerEndsTheFollowerAndNotTheWriters() {
        try (var server = TestServer.start("--innodb-redo-log-capacity=" + SMALL_BYTES);
                Session root = Session.open(server.as("root", ""))) {
            root.execute("CREATE DATABASE d");
            root.execute("CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, v MEDIUMBLOB)");
            var folder = new RedoFolder(server.dataFolder().resolve(RedoFileName.FOLDER));
            try (var follower =
                    RedoFollower.start(
                            server.as("root", ""),
                            folder,
                            SMALL_BYTES,
                            (_, _, byteCount) -> LockSupport.parkNanos(byteCount * 500L))) {
                long writtenBytes = 0;
                while (well(follower) && writtenBytes < 20L * SMALL_BYTES) {
                    root.execute("INSERT INTO d.t (v) VALUES (REPEAT('x', 1 << 20))");
                    writtenBytes += 1 << 20;
                }
                assertThatThrownBy(follower::demandWell)
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(BackupError.REDO_FOLLOWER_BEHIND.name());
                demandFree(root);
            }
        }
    }

    private static boolean well(RedoFollower follower) {
        try {
            follower.demandWell();
            return true;
        } catch (UnavailableException _) {
            return false;
        }
    }

    private static void demandFree(Session root) {
        for (String call : List.of("register", "unregister")) {
            assertThat(
                            root.query("SELECT innodb_redo_log_consumer_" + call + "()")
                                    .only()
                                    .integer(0))
                    .as(call)
                    .isZero();
        }
    }

    /// Makes a link lead to another folder, with no moment in between at which it leads nowhere.
    private static void turnTo(Path folder, Path link) throws IOException {
        Path other = Files.createSymbolicLink(link.resolveSibling("other"), folder);
        Files.move(
                other, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
