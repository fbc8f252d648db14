package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// DDL that comes at the very moment at which it can do harm: while the only reader holds a table's
/// metadata lock in the middle of a backup. The reader is held there until the server has come into
/// the state that is wanted, so nothing depends on speed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DdlWhileCopyingTest {
    private static final String LOCKS_ON_LARGE =
            "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_SCHEMA = 'd' AND"
                    + " OBJECT_NAME = 'a_large' AND ";

    private static final String BACKUP_LOCK =
            " FROM performance_schema.metadata_locks l JOIN performance_schema.threads t ON"
                    + " t.THREAD_ID = l.OWNER_THREAD_ID WHERE l.OBJECT_TYPE = 'BACKUP LOCK' AND"
                    + " l.LOCK_TYPE = 'SHARED'";

    private final TestServer server = TestServer.start();

    @BeforeAll
    void prepare() {
        try (Session root = BackedUp.root(server)) {
            root.execute("CREATE USER plain IDENTIFIED BY 'secret'");
            root.execute(
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, LOCK TABLES,"
                            + " REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO plain");
        }
    }

    /// The large table is always read first; the other two are equal to the letter.
    @BeforeEach
    void makeTables() {
        try (Session root = BackedUp.root(server)) {
            for (String sql :
                    List.of(
                            "DROP DATABASE IF EXISTS d",
                            "CREATE DATABASE d",
                            "USE d",
                            "CREATE TABLE a_large (id INT PRIMARY KEY, filler CHAR(200))",
                            "INSERT INTO a_large WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT"
                                    + " n + 1 FROM s WHERE n < 400) SELECT n, 'x' FROM s",
                            "ANALYZE TABLE a_large",
                            "CREATE TABLE one (id INT PRIMARY KEY)",
                            "CREATE TABLE two (id INT PRIMARY KEY)",
                            "INSERT INTO one VALUES (1)",
                            "INSERT INTO two VALUES (2), (3)")) {
                root.execute(sql);
            }
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private BackedUp backup(String user, String password, int tries, Runnable atFirstRows) {
        return BackedUp.in(
                Repository.create(new MemoryStore()),
                BackedUp.as(server, user, password),
                LogicalBackupOptions.defaults()
                        .withThreads(1)
                        .withChunkBytes(4 << 10)
                        .withTries(20, tries),
                new AtFirstRows(atFirstRows));
    }

    /// The planner waits for room among the pieces, the reader for pieces. If either held the
    /// table's metadata lock meanwhile, the other would wait for it behind the user's DDL, and all
    /// three for ever.
    @Test
    void ddlThatWaitsForAReaderDoesNotStopTheBackupsOwnSessions() {
        var ddl = new CompletableFuture<Void>();
        BackedUp backup =
                backup(
                        "plain",
                        "secret",
                        2,
                        () -> {
                            try (Session watch = BackedUp.root(server)) {
                                // Of the two, the planner is out of room and has let go.
                                Watch.until(watch, LOCKS_ON_LARGE + "LOCK_STATUS = 'GRANTED'", 1);
                                Thread.ofVirtual().start(() -> alter(ddl));
                                Watch.until(watch, LOCKS_ON_LARGE + "LOCK_STATUS = 'PENDING'", 1);
                            }
                        });
        ddl.join();
        assertThat(backup.report().snapshots()).isEqualTo(2);
        assertThat(backup.report().rowCount()).isEqualTo(403);
    }

    /// Waits half as long as the backup's sessions would before they give up.
    private void alter(CompletableFuture<Void> done) {
        try (Session session = BackedUp.root(server)) {
            session.execute("SET lock_wait_timeout = 30");
            session.execute("ALTER TABLE d.a_large COMMENT = 'altered'");
            done.complete(null);
        } catch (HoldfastException failure) {
            done.completeExceptionally(failure);
        }
    }

    @Test
    void tablesThatChangePlacesAfterTheBackupLockEndedAreNotTakenForEachOther() {
        assertThatThrownBy(() ->
                        backup(
                                "root",
                                "",
                                1,
                                () -> {
                                    endBackupLock();
                                    swap();
                                }))
                .isInstanceOfSatisfying(UnavailableException.class, this::tellsOfAChange);
    }

    @Test
    void theEndOfTheBackupLockAloneDoesNoHarmOnceTheSchemaIsRead() {
        BackedUp backup = backup("root", "", 1, this::endBackupLock);
        assertThat(backup.report().rowCount()).isEqualTo(403);
    }

    @Test
    void tablesThatChangePlacesAreSeenWithoutBackupLockAndBinaryLog() {
        assertThatThrownBy(() -> backup("plain", "secret", 1, this::swap))
                .isInstanceOfSatisfying(UnavailableException.class, this::tellsOfAChange);
    }

    private void tellsOfAChange(UnavailableException failure) {
        assertThat(failure.problem().code()).isEqualTo(BackupError.SCHEMA_CHANGED);
    }

    /// Ends the backup lock as its time would, after the backup was sure that it had lasted until
    /// the whole schema was read: it asks its session for a sign of life then.
    private void endBackupLock() {
        try (Session session = BackedUp.root(server)) {
            Watch.until(
                    session,
                    "SELECT COUNT(*) FROM"
                            + " performance_schema.events_statements_summary_by_thread_by_event_name"
                            + " s WHERE s.EVENT_NAME = 'statement/com/Ping' AND s.COUNT_STAR > 0 AND"
                            + " s.THREAD_ID IN (SELECT t.THREAD_ID"
                            + BACKUP_LOCK
                            + ")",
                    1);
            session.execute(
                    "KILL CONNECTION "
                            + session.query("SELECT t.PROCESSLIST_ID" + BACKUP_LOCK)
                                    .only()
                                    .string(0));
            Watch.until(session, "SELECT COUNT(*)" + BACKUP_LOCK, 0);
        }
    }

    /// Two tables of equal definition change places; the binary log does not hear of it.
    private void swap() {
        try (Session session = BackedUp.root(server)) {
            session.execute("SET sql_log_bin = 0");
            session.execute("RENAME TABLE d.one TO d.aside, d.two TO d.one, d.aside TO d.two");
        }
    }
}
