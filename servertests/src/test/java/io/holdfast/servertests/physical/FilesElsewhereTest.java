package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.StartedByCommand;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: a server whose tablespaces lie anywhere comes back with all of them in its data directory,
/// or there is no backup. Method: as much of it elsewhere as MySQL lets.
final class FilesElsewhereTest {
    private static final String SYSTEM = "ibdata1:12M;two/ibdata2:12M:autoextend";

    private final Path folder = TestServer.temporaryFolder();
    private final Path elsewhere = folder.resolve("elsewhere");
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void allOfThemComeBack() throws Exception {
        BackupId backup;
        Map<String, String> contents;
        try (var server = start();
                Session root = Taken.root(server)) {
            for (String sql :
                    List.of(
                            "CREATE DATABASE box",
                            "CREATE TABLESPACE far ADD DATAFILE '" + elsewhere + "/far.ibd'",
                            "CREATE TABLE box.general (id INT PRIMARY KEY, v TEXT) TABLESPACE far",
                            "CREATE TABLE box.away (id INT PRIMARY KEY, v TEXT) DATA DIRECTORY '"
                                    + elsewhere
                                    + "'",
                            "CREATE TABLE box.inner_one (id INT PRIMARY KEY, v TEXT) TABLESPACE"
                                    + " innodb_system",
                            "CREATE UNDO TABLESPACE more ADD DATAFILE '" + elsewhere + "/more.ibu'",
                            "INSERT INTO box.general VALUES (1, REPEAT('g', 60000))",
                            "INSERT INTO box.away VALUES (1, REPEAT('a', 60000))",
                            "INSERT INTO box.inner_one VALUES (1, REPEAT('i', 60000))")) {
                root.execute(sql);
            }
            contents = Contents.of(root);
            backup = backup(server).run().backup();
        }
        Folders.remove(elsewhere); // so that nothing of it can be what the restored server opens
        Path into = folder.resolve("restored");
        RecoveryReport report =
                new Restore(repository, Progress.NONE)
                        .intoFolder(
                                backup,
                                new Restore.NewServer(
                                        into, TestServer.home(), 2, List.of(), Afterwards.STOP));

        for (String file : List.of("ibdata1", "ibdata2", "far.ibd", "more.ibu", "box/away.ibd")) {
            assertThat(into.resolve("data").resolve(file)).isRegularFile();
        }
        try (var restored =
                new StartedByCommand(report.startCommand(), into.resolve("run/mysqld.sock"))) {
            assertThat(restored.ask("SELECT @@innodb_data_file_path"))
                    .isEqualTo("ibdata1:12M;ibdata2:12M:autoextend");
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
    }

    @Test
    void twoThatWouldComeToOnePlaceAreRefused() throws Exception {
        try (var server = start();
                Session root = Taken.root(server)) {
            for (String name : List.of("one", "two")) {
                Path file = Files.createDirectory(elsewhere.resolve(name)).resolve("far.ibd");
                root.execute("CREATE TABLESPACE " + name + " ADD DATAFILE '" + file + "'");
            }
            assertThatThrownBy(backup(server)::run)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(BackupError.FILES_OF_ONE_NAME.name())
                    .hasMessageContaining("one/far.ibd")
                    .hasMessageContaining("two/far.ibd");
            StoredPagesTest.demandFree(root);
        }
    }

    private TestServer start() throws IOException {
        for (String name : List.of("undo", "system/two")) {
            Files.createDirectories(elsewhere.resolve(name));
        }
        return TestServer.startInitialised(
                List.of(
                        "--innodb-data-home-dir=" + elsewhere.resolve("system"),
                        "--innodb-data-file-path=" + SYSTEM,
                        "--innodb-undo-directory=" + elsewhere.resolve("undo"),
                        "--innodb-directories=" + elsewhere));
    }

    private PhysicalBackup backup(TestServer server) {
        return new PhysicalBackup(
                server.as("root", ""), repository, Taken.options(server), Progress.NONE);
    }
}
