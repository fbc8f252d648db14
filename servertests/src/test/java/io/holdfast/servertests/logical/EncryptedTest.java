package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.load.LoadError;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Servers that encrypt their files. A logical backup holds the rows in the clear; that they are
/// encrypted again is for the server to do that they are restored to.
class EncryptedTest {
    @Test
    void whatWasEncryptedIsEncryptedAgainOrNotRestoredAtAll() {
        try (var source = TestServer.startWithKeyring()) {
            try (Session session = BackedUp.root(source)) {
                for (String sql :
                        List.of(
                                "CREATE TABLESPACE safe ADD DATAFILE 'safe.ibd' ENCRYPTION = 'Y'",
                                "CREATE DATABASE closed ENCRYPTION = 'Y'",
                                "CREATE TABLE closed.t (id INT PRIMARY KEY, a TEXT)",
                                "CREATE DATABASE open",
                                "CREATE TABLE open.secret (id INT PRIMARY KEY) ENCRYPTION = 'Y'",
                                "CREATE TABLE open.inside (id INT PRIMARY KEY) TABLESPACE = safe"
                                        + " ENCRYPTION = 'Y'",
                                "CREATE TABLE open.plain (id INT PRIMARY KEY) COMMENT ="
                                        + " 'ENCRYPTION=''Y'''",
                                "INSERT INTO closed.t VALUES (1, 'rows')",
                                "INSERT INTO open.secret VALUES (2), (3)",
                                "INSERT INTO open.inside VALUES (4)",
                                "INSERT INTO open.plain VALUES (5)")) {
                    session.execute(sql);
                }
            }
            BackedUp backup = BackedUp.of(source.as("root", ""), LogicalBackupOptions.defaults());
            var restore = new Restore(backup.repository(), Progress.NONE);
            try (var target = TestServer.startWithKeyring()) {
                LoadReport load =
                        restore.intoServer(backup.report().backup(), target.as("root", ""), 2);
                assertThat(load.rowCount()).isEqualTo(5);
                try (Session there = BackedUp.root(source);
                        Session here = BackedUp.root(target)) {
                    assertThat(encrypted(here)).isEqualTo(encrypted(there)).isEqualTo(4);
                }
            }
            try (var target = TestServer.start()) {
                assertThatThrownBy(() ->
                                restore.intoServer(
                                        backup.report().backup(), target.as("root", ""), 2))
                        .isInstanceOfSatisfying(RefusedException.class, EncryptedTest::saysWhy);
                try (Session session = BackedUp.root(target)) {
                    assertThat(
                                    session.query("SHOW DATABASES").list().stream()
                                            .map(row -> row.string(0)))
                            .doesNotContain("closed", "open");
                }
            }
            refusesAFolder(restore, backup);
        }
    }

    private static void refusesAFolder(Restore restore, BackedUp backup) {
        Path folder = TestServer.temporaryFolder();
        try {
            Path into = folder.resolve("restored");
            assertThatThrownBy(() ->
                            restore.intoFolder(
                                    backup.report().backup(),
                                    new Restore.NewServer(
                                            into,
                                            TestServer.home(),
                                            2,
                                            List.of(),
                                            Afterwards.STOP)))
                    .isInstanceOfSatisfying(RefusedException.class, EncryptedTest::saysWhy);
            assertThat(Files.exists(into)).isFalse();
        } finally {
            Folders.remove(folder);
        }
    }

    private static void saysWhy(RefusedException failure) {
        Problem problem = failure.problem();
        assertThat(problem.code()).isEqualTo(LoadError.LOAD_TARGET_UNFIT);
        assertThat(problem.what()).startsWith("5 objects").contains("tablespace safe");
    }

    private static long encrypted(Session session) {
        return session.query(
                                "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES WHERE"
                                        + " ENCRYPTION = 'Y'")
                        .only()
                        .integer(0)
                + session.query(
                                "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE"
                                        + " DEFAULT_ENCRYPTION = 'YES'")
                        .only()
                        .integer(0);
    }
}
