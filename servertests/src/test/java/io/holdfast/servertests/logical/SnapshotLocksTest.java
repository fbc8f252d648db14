package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Which privileges a backup needs, and what it does to others while it takes its snapshot.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotLocksTest {
    private static final String SEE =
            "SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, REPLICATION CLIENT";

    private final TestServer server = TestServer.start("--partial-revokes=ON");

    @BeforeAll
    void makeTables() {
        try (Session root = BackedUp.root(server)) {
            for (String sql :
                    List.of(
                            "CREATE DATABASE d",
                            "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(100))",
                            "INSERT INTO d.t VALUES (1, 'a'), (2, 'b')",
                            "CREATE TABLE d.m (a INT) ENGINE=MyISAM",
                            "INSERT INTO d.m VALUES (1), (2), (3)",
                            "CREATE TABLE d.mem (a INT) ENGINE=MEMORY",
                            "CREATE PROCEDURE d.p() SELECT 1")) {
                root.execute(sql);
            }
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private BackedUp backupAs(String user, String... grants) {
        account(user, grants);
        return BackedUp.of(BackedUp.as(server, user, "secret"), LogicalBackupOptions.defaults());
    }

    private void account(String user, String... grants) {
        try (Session root = BackedUp.root(server)) {
            root.execute("DROP USER IF EXISTS " + user);
            root.execute("CREATE USER " + user + " IDENTIFIED BY 'secret'");
            for (String grant : grants) {
                root.execute("GRANT " + grant + " ON *.* TO " + user);
            }
        }
    }

    @Test
    void theSmallestGrantsThatTheManualNamesSuffice() {
        BackedUp backup = backupAs("least", SEE + ", LOCK TABLES", "FLUSH_TABLES, BACKUP_ADMIN");
        assertThat(backup.report().rowCount()).isEqualTo(5);
        assertThat(backup.objects(ObjectKind.PROCEDURE)).hasSize(1);
        assertThat(backup.report().writersStopped()).isLessThan(Duration.ofSeconds(1));
        assertThat(backup.report().notes()).anyMatch(note -> note.contains("MEMORY"));
    }

    @Test
    void withoutReloadTablesAreLockedInstead() {
        account("no_reload", SEE + ", LOCK TABLES", "BACKUP_ADMIN");
        AtomicLong locks = new AtomicLong();
        try (Session watch = BackedUp.root(server)) {
            BackedUp backup =
                    BackedUp.in(
                            Repository.create(new MemoryStore()),
                            BackedUp.as(server, "no_reload", "secret"),
                            LogicalBackupOptions.defaults(),
                            new AtFirstRows(() -> locks.set(backupLocks(watch))));
            assertThat(backup.report().rowCount()).isEqualTo(5);
        }
        assertThat(locks).as("backup locks while rows were copied").hasValue(1);
    }

    private static long backupLocks(Session watch) {
        return watch.query(
                        "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_TYPE ="
                                + " 'BACKUP LOCK' AND LOCK_TYPE = 'SHARED' AND LOCK_STATUS ="
                                + " 'GRANTED'")
                .only()
                .integer(0);
    }

    @Test
    void withoutBackupAdminTheSchemaIsComparedAndTheBinaryLogSearched() {
        BackedUp backup =
                backupAs("no_backup_admin", SEE + ", LOCK TABLES, RELOAD, REPLICATION SLAVE");
        assertThat(backup.report().rowCount()).isEqualTo(5);
        assertThat(backup.report().ddlBlocked()).isZero();
    }

    @Test
    void eachPrivilegeThatLacksIsNamed() {
        for (String lacking : List.of("SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "PROCESS")) {
            List<String> rest =
                    List.of(SEE.split(", ", -1)).stream()
                            .filter(name -> !name.equals(lacking))
                            .toList();
            assertThatThrownBy(() ->
                            backupAs(
                                    "lacking",
                                    String.join(", ", rest) + ", LOCK TABLES, RELOAD",
                                    "BACKUP_ADMIN"))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            failure -> {
                                assertThat(failure.problem().code())
                                        .isEqualTo(BackupError.PRIVILEGE_MISSING);
                                assertThat(failure.problem().what()).contains(lacking);
                            });
        }
    }

    @Test
    void aSchemaThatIsHiddenByAPartialRevokeIsNamed() {
        account("revoked", SEE + ", LOCK TABLES, RELOAD", "BACKUP_ADMIN");
        try (Session root = BackedUp.root(server)) {
            root.execute("REVOKE SELECT ON d.* FROM revoked");
        }
        assertThatThrownBy(() ->
                        BackedUp.of(
                                BackedUp.as(server, "revoked", "secret"),
                                LogicalBackupOptions.defaults()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("SELECT ON `d`.*");
    }

    @Test
    void aRolesPrivilegesCountEvenIfItIsNoDefaultRole() {
        try (Session root = BackedUp.root(server)) {
            root.execute("DROP ROLE IF EXISTS saver");
            root.execute("CREATE ROLE saver");
            root.execute("GRANT " + SEE + ", LOCK TABLES, RELOAD ON *.* TO saver");
            root.execute("GRANT BACKUP_ADMIN ON *.* TO saver");
            root.execute("DROP USER IF EXISTS by_role");
            root.execute("CREATE USER by_role IDENTIFIED BY 'secret'");
            root.execute("GRANT saver TO by_role");
        }
        BackedUp backup =
                BackedUp.of(
                        BackedUp.as(server, "by_role", "secret"), LogicalBackupOptions.defaults());
        assertThat(backup.report().rowCount()).isEqualTo(5);
    }

    @Test
    void largeTablesWithoutTransactionsAreRefusedUnlessAllowed() {
        var small = LogicalBackupOptions.defaults().withOtherEngines(1, Set.of());
        assertThatThrownBy(() -> BackedUp.of(BackedUp.as(server, "root", ""), small))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--allow-inconsistent d.m");
        var allowed =
                LogicalBackupOptions.defaults()
                        .withOtherEngines(1, Set.of(new io.holdfast.core.TableName("d", "m")));
        BackedUp backup = BackedUp.of(BackedUp.as(server, "root", ""), allowed);
        assertThat(backup.report().rowCount()).isEqualTo(5);
        assertThat(backup.report().notes()).anyMatch(note -> note.contains("another moment"));
    }

    @Test
    void aLongStatementEndsTheBackupAndNotTheApplication() throws InterruptedException {
        try (Session busy = BackedUp.root(server);
                Session watch = BackedUp.root(server)) {
            Thread statement = Thread.ofVirtual().start(() -> untilKilled(busy));
            long running;
            do {
                running =
                        watch.query(
                                        "SELECT COUNT(*) FROM performance_schema.processlist"
                                                + " WHERE INFO LIKE 'SELECT SLEEP%' AND TIME >= 1")
                                .only()
                                .integer(0);
            } while (running == 0);

            assertThatThrownBy(() ->
                            BackedUp.of(
                                    BackedUp.as(server, "root", ""),
                                    LogicalBackupOptions.defaults().withTries(2, 1)))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            failure -> {
                                assertThat(failure.problem().code())
                                        .isEqualTo(BackupError.SERVER_TOO_BUSY_TO_LOCK);
                                assertThat(failure.problem().what()).contains("SELECT SLEEP");
                            });
            watch.execute("INSERT INTO d.t VALUES (77, 'still writable')");
            watch.execute("DELETE FROM d.t WHERE id = 77");
            watch.execute("KILL QUERY " + busy.connectionId());
            statement.join();
        }
    }

    private static void untilKilled(Session busy) {
        assertThatThrownBy(() -> busy.query("SELECT SLEEP(600) FROM d.t"))
                .isInstanceOf(HoldfastException.class);
    }

    @Test
    void aLockThatIsNotToBeHadIsGivenUpWithinASecond() throws InterruptedException {
        // A sleeping transaction that holds a table's write lock: no statement is running, so only
        // the guard can notice.
        try (Session holder = BackedUp.root(server);
                Session writer = BackedUp.root(server)) {
            holder.execute("LOCK TABLES d.t WRITE");
            assertThatThrownBy(() ->
                            BackedUp.of(
                                    BackedUp.as(server, "root", ""),
                                    LogicalBackupOptions.defaults().withTries(2, 1)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure ->
                                    assertThat(failure.problem().code())
                                            .isEqualTo(BackupError.SERVER_TOO_BUSY_TO_LOCK));
            writer.execute("INSERT INTO d.m VALUES (9)");
            writer.execute("DELETE FROM d.m WHERE a = 9");
        }
    }

    @Test
    void aPreparedXaTransactionIsNotLost() {
        try (Session holder = BackedUp.root(server)) {
            for (String sql :
                    List.of(
                            "XA START 'held'",
                            "INSERT INTO d.t VALUES (88, 'prepared')",
                            "XA END 'held'",
                            "XA PREPARE 'held'")) {
                holder.execute(sql);
            }
            try {
                assertThatThrownBy(() ->
                                BackedUp.of(
                                        BackedUp.as(server, "root", ""),
                                        LogicalBackupOptions.defaults().withTries(2, 1)))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(BackupError.SERVER_TOO_BUSY_TO_LOCK.name())
                        .hasMessageContaining("XA transaction");
                assertThat(
                                backupAs("no_xa", SEE + ", LOCK TABLES, RELOAD", "BACKUP_ADMIN")
                                        .report())
                        .satisfies(report ->
                                assertThat(report.notes())
                                        .anyMatch(note -> note.contains("XA_RECOVER_ADMIN")));
            } finally {
                holder.execute("XA ROLLBACK 'held'");
            }
        }
    }

    @Test
    void aBackupLockThatEndsBeforeTheSchemaIsReadEndsTheBackup() {
        var noTime = LogicalBackupOptions.defaults().withDdlBlockMax(Duration.ofNanos(1));
        assertThatThrownBy(() -> BackedUp.of(BackedUp.as(server, "root", ""), noTime))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure ->
                                assertThat(failure.problem().code())
                                        .isEqualTo(BackupError.BACKUP_LOCK_LOST));
    }

    @Test
    void twoBackupsOfOneServerDoNotRunAtOnce() {
        var repository = Repository.create(new MemoryStore());
        try (Session root = BackedUp.root(server)) {
            var uuid =
                    java.util.UUID.fromString(root.query("SELECT @@server_uuid").only().string(0));
            try (var other = repository.beginBackup(uuid, "another backup")) {
                assertThat(other.id()).isNotNull();
                assertThatThrownBy(() ->
                                BackedUp.in(
                                        repository,
                                        BackedUp.as(server, "root", ""),
                                        LogicalBackupOptions.defaults()))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("another backup");
            }
        }
    }
}
