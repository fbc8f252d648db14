package io.holdfast.servertests.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Goal: the redo log of a running server is read as far as the server says it is written, and a
/// server recovers from a log that we cut and wrote.
final class RedoLogTest {
    private static final int ROUNDS_MAX = 600;

    private static TestServer start() {
        return TestServer.start("--innodb-redo-log-capacity=8M");
    }

    /// The log, and what the server said of it while nothing was written.
    private record Still(RedoLog log, long lsn, long checkpointLsn, Rows files) {
        static Still read(TestServer server, Session session) throws IOException {
            for (int round = 0; round < ROUNDS_MAX; round++) {
                String before = RedoLog.state(session);
                var still =
                        new Still(
                                RedoLog.readWhenStill(server, session),
                                Sql.lsn(session, "LSN"),
                                Sql.lsn(session, "LSN_checkpoint"),
                                session.query(
                                        "SELECT * FROM performance_schema.innodb_redo_log_files"));
                if (RedoLog.state(session).equals(before)) {
                    return still;
                }
            }
            throw new AssertionError("the server writes without end");
        }
    }

    private static void makeTable(Session session) {
        session.execute("CREATE DATABASE d");
        session.execute(
                "CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, a INT, b VARCHAR(300))");
    }

    @Test
    void theLogOfARunningServerIsReadToItsEnd() throws Exception {
        try (var server = start();
                Session session = Sql.root(server)) {
            makeTable(session);
            // Until it is read, no file is used up.
            assertThat(Sql.number(session, "innodb_redo_log_consumer_register()")).isZero();
            for (int round = 0; round < 12; round++) {
                Sql.fill(session, "d.t");
            }
            Still still = Still.read(server, session);
            session.execute("DO innodb_redo_log_consumer_unregister()");
            RedoLog log = still.log();
            assertThat(log.parts()).hasSizeGreaterThan(2);
            long lsn = still.lsn();
            assertThat(log.checkpointLsn()).isEqualTo(still.checkpointLsn());
            RedoLog.Stretch stretch = log.from(log.checkpointLsn());
            assertThat(stretch.last().heldLsn()).isLessThanOrEqualTo(lsn);
            assertThat(stretch.last().reaches(lsn)).isTrue();
            assertThat(stretch.last().reaches(lsn + 1)).isFalse();
            assertThat(stretch.last().hasEncrypted()).isFalse();

            Rows files = still.files();
            assertThat(files.count()).isEqualTo(log.parts().size());
            for (Rows.Row row : files) {
                RedoLog.Part part = Objects.requireNonNull(log.parts().get(row.integer("FILE_ID")));
                assertThat(part.file().startLsn()).isEqualTo(row.integer("START_LSN"));
                assertThat(part.file().endLsn()).isEqualTo(row.integer("END_LSN"));
                assertThat(part.file().fileBytes()).isEqualTo(row.integer("SIZE_IN_BYTES"));
                RedoFileHeader header = part.start().header();
                assertThat(header.isFull()).isEqualTo(row.integer("IS_FULL") != 0);
                assertThat(header.isLoggingDisabled()).isFalse();
                assertThat(header.creator())
                        .isEqualTo(
                                "MySQL " + Sql.text(session, "SUBSTRING_INDEX(VERSION(), '-', 1)"));
                assertThat(part.start().encryption()).isNull();
                assertThat(header.encode()).isEqualTo(Arrays.copyOf(part.bytes(), RedoBlock.BYTES));
            }
        }
    }

    @Test
    void disabledLoggingIsSeenInTheHeader() throws Exception {
        try (var server = start();
                Session session = Sql.root(server)) {
            session.execute("ALTER INSTANCE DISABLE INNODB REDO_LOG");
            assertThat(RedoLog.read(server.dataFolder()).parts().values())
                    .anyMatch(part -> part.start().header().isLoggingDisabled());
            session.execute("ALTER INSTANCE ENABLE INNODB REDO_LOG");
            assertThat(RedoLog.read(server.dataFolder()).parts().values())
                    .noneMatch(part -> part.start().header().isLoggingDisabled());
        }
    }

    /// A physical backup in small: pages copied at one moment, and a log that ends at a later one,
    /// but before the newest transactions.
    @Test
    void aServerRecoversFromALogThatWeCut() throws Exception {
        Path copies = TestServer.temporaryFolder();
        try (var server = start()) {
            long endLsn;
            long rowsAtEnd;
            RedoLog.Stretch stretch;
            List<Path> copied = new ArrayList<>();
            try (Session session = Sql.root(server)) {
                makeTable(session);
                Sql.fill(session, "d.t");
                Sql.sharpCheckpoint(session);
                long checkpoint = Sql.lsn(session, "LSN_checkpoint");
                for (Tablespace tablespace : Tablespace.all(session, server.dataFolder())) {
                    copied.add(copyWhole(tablespace.file(), server.dataFolder(), copies));
                }
                Sql.fill(session, "d.t");
                Sql.fill(session, "d.t");
                Still atEnd = Still.read(server, session);
                endLsn = atEnd.lsn();
                rowsAtEnd = Sql.number(session, "COUNT(*) FROM d.t");
                assertThat(atEnd.log().from(checkpoint).last().reaches(endLsn)).isTrue();
                session.execute("INSERT INTO d.t (a) VALUES (1)");
                Sql.fill(session, "d.t");
                stretch = RedoLog.readWhenStill(server, session).from(checkpoint);
                assertThat(stretch.last().heldLsn()).isGreaterThan(endLsn);
                server.kill();
                putBack(copied, server.dataFolder(), copies);
                putRedo(server.dataFolder(), stretch, checkpoint, endLsn);
            }
            server.restart("--skip-log-bin", "--log-error-verbosity=3");
            try (Session session = Sql.root(server)) {
                assertThat(Sql.number(session, "COUNT(*) FROM d.t")).isEqualTo(rowsAtEnd);
                session.query("CHECK TABLE d.t EXTENDED")
                        .forEach(row -> assertThat(row.string("Msg_text")).isEqualTo("OK"));
            }
            assertThat(Files.readString(server.process().errorLog()))
                    .contains("scanned up to log sequence number " + endLsn);
        } finally {
            Folders.remove(copies);
        }
    }

    /// Copies a tablespace of a still server so that every page in the copy is whole.
    private static Path copyWhole(Path file, Path dataFolder, Path copies) throws IOException {
        Path relative = dataFolder.relativize(file);
        for (int round = 0; round < ROUNDS_MAX; round++) {
            byte[] bytes = Files.readAllBytes(file);
            if (Tablespace.suspects(bytes, file).isEmpty()) {
                Path copy = copies.resolve(relative);
                Files.createDirectories(copy.getParent());
                Files.write(copy, bytes);
                return relative;
            }
        }
        throw new AssertionError(file + " stays torn");
    }

    /// Puts the copies in place of the newer files. The doublewrite files must go: a starting
    /// server would put the newer pages back from them.
    private static void putBack(List<Path> copied, Path dataFolder, Path copies)
            throws IOException {
        try (var files = Files.newDirectoryStream(dataFolder, "*.dblwr")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        for (Path relative : copied) {
            Files.copy(
                    copies.resolve(relative),
                    dataFolder.resolve(relative),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void putRedo(
            Path dataFolder, RedoLog.Stretch stretch, long checkpointLsn, long endLsn)
            throws IOException {
        Path folder = dataFolder.resolve(RedoFileName.FOLDER);
        Folders.remove(folder);
        Files.createDirectory(folder);
        byte[] blocks = stretch.blocks();
        int last = (int) (RedoBlock.start(endLsn) - stretch.startLsn());
        RedoBlock.cut(blocks, last, endLsn);
        int logBytes = last + RedoBlock.BYTES;
        byte[] file = new byte[(int) RedoFile.fileBytes(logBytes)];
        byte[] start =
                RedoFileStart.encode(
                        new RedoFileHeader(4711, stretch.startLsn(), "MySQL 9.7.4", 0),
                        checkpointLsn,
                        new byte[RedoBlock.BYTES]);
        System.arraycopy(start, 0, file, 0, start.length);
        System.arraycopy(blocks, 0, file, start.length, logBytes);
        Files.write(folder.resolve(RedoFileName.of(0)), file);
    }
}
