package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.KeyringHome;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: what only a keyring opens comes back with the keyring, and not without. Method: all kinds
/// of encrypted files but the redo log, and a server with a copy of the keys.
final class EncryptedBackupTest {
    private final Path folder = TestServer.temporaryFolder();
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterEach
    void remove() {
        Folders.remove(folder);
    }

    @Test
    void encryptedFilesComeBackWithTheirKeysAndNotWithout() {
        BackupId backup;
        Map<String, String> contents;
        KeyringHome keys;
        try (var server = TestServer.startWithKeyring();
                Session root = Taken.root(server)) {
            for (String sql :
                    List.of(
                            "SET GLOBAL innodb_undo_log_encrypt = ON",
                            "ALTER TABLESPACE mysql ENCRYPTION='Y'",
                            "CREATE DATABASE box",
                            "CREATE TABLE box.plain (id INT PRIMARY KEY, v TEXT)",
                            "CREATE TABLE box.sealed (id INT PRIMARY KEY, v TEXT) ENCRYPTION='Y'",
                            "CREATE TABLE box.packed (id INT PRIMARY KEY, v TEXT) ENCRYPTION='Y'"
                                    + " COMPRESSION='zlib'",
                            "INSERT INTO box.sealed VALUES (1, REPEAT('a', 60000)), (2, 'b')",
                            "INSERT INTO box.packed SELECT * FROM box.sealed",
                            "ALTER INSTANCE ROTATE INNODB MASTER KEY",
                            "CREATE USER least IDENTIFIED BY 'secret'",
                            "GRANT BACKUP_ADMIN, PROCESS, REPLICATION CLIENT ON *.* TO least",
                            "GRANT SELECT ON performance_schema.log_status TO least",
                            "GRANT SELECT ON performance_schema.keyring_component_status TO least",
                            "INSERT INTO box.plain SELECT * FROM box.sealed")) {
                root.execute(sql);
            }
            PhysicalBackupReport report =
                    new PhysicalBackup(
                                    server.as("least", "secret"),
                                    repository,
                                    Taken.options(server),
                                    Progress.NONE)
                            .run();
            backup = report.backup();
            contents = Contents.of(root);
            keys = server.withSameKeys(folder.resolve("keyring"));
        }
        String keyring =
                Objects.requireNonNull(repository.openBackup(backup).manifest().state().physical())
                        .keyring();
        assertThat(keyring).contains("component_keyring_file");

        assertThatThrownBy(() -> restore(backup, TestServer.home(), List.of()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal ->
                                assertThat(refusal.problem().code())
                                        .isEqualTo(RecoveryError.KEYRING_NEEDED));
        assertThat(folder.resolve("restored")).doesNotExist();

        RecoveryReport report = restore(backup, keys.home(), keys.options());
        assertThat(report.physical().orElseThrow().errors()).isEmpty();
        try (var restored =
                new RecoveredServer(
                        keys.home(),
                        folder.resolve("restored"),
                        keys.options().toArray(String[]::new))) {
            assertThat(Contents.of(restored.session())).isEqualTo(contents);
            Contents.demandSound(restored.session());
        }
    }

    /// The files would be copied and their keys be nowhere, for all that anybody knows.
    @Test
    void aServerThatHasLostItsKeyringIsRefused() {
        try (var server = TestServer.startWithKeyring()) {
            try (Session root = Taken.root(server)) {
                root.execute("CREATE DATABASE box");
                root.execute("CREATE TABLE box.sealed (id INT PRIMARY KEY) ENCRYPTION='Y'");
            }
            server.stop();
            KeyringHome.forget(server.dataFolder());
            server.restart();
            var backup =
                    new PhysicalBackup(
                            server.as("root", ""),
                            repository,
                            Taken.options(server),
                            Progress.NONE);
            assertThatThrownBy(backup::run)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(BackupError.KEYRING_MISSING.name())
                    .hasMessageContaining("box/sealed.ibd");
        }
    }

    private RecoveryReport restore(BackupId backup, MysqldHome home, List<String> options) {
        return new Restore(repository, Progress.NONE)
                .intoFolder(
                        backup,
                        new Restore.NewServer(
                                folder.resolve("restored"), home, 2, options, Afterwards.STOP));
    }
}
