package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.clone.SnapshotProof;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.CloneDonor;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.client.TlsOptions;
import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.Repository;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.recovery.RecoveredServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Backups of a server over its own clone protocol. One server for all; what is refused is not
/// touched.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CloneBackupTest {
    private static final String LOCKS =
            "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_TYPE = 'BACKUP"
                    + " LOCK'";
    private static final String WAITING_DDL = LOCKS + " AND LOCK_STATUS = 'PENDING'";
    private static final String REDO_LSN =
            "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME ="
                    + " 'Innodb_redo_log_current_lsn'";

    private final Path folder = TestServer.temporaryFolder();
    private final Path elsewhere = made(folder.resolve("elsewhere"));
    private final TestServer server =
            TestServer.start(
                    "--innodb-redo-log-capacity=8M",
                    "--innodb-buffer-pool-size=16M",
                    "--innodb-directories=" + elsewhere);
    private final Repository repository = Repository.create(new MemoryStore());
    private final Bank bank;

    CloneBackupTest() {
        bank = Bank.found(server, elsewhere);
        try (Session root = root()) {
            demandRefused(BackupError.CLONE_PLUGIN_MISSING, Cloned.into(repository, folder));
            root.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
            root.execute("CREATE USER cloner IDENTIFIED BY 'secret' REQUIRE SSL");
        }
    }

    private static Path made(Path path) {
        try {
            return Files.createDirectory(path);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @AfterAll
    void stop() {
        bank.close();
        server.close();
        Folders.remove(folder);
    }

    private Session root() {
        return Taken.root(server);
    }

    private ConnectOptions cloner() {
        return ConnectOptions.of(
                        new ServerAddress.Tcp("127.0.0.1", server.port()),
                        "cloner",
                        Secret.of("secret"))
                .withTls(TlsOptions.ENCRYPT_ONLY);
    }

    private HoldfastException demandRefused(BackupError code, Cloned cloned) {
        HoldfastException failure = refusal(server.as("root", ""), cloned);
        assertThat(failure.problem().code()).as("%s", failure).isEqualTo(code);
        return failure;
    }

    private static HoldfastException refusal(ConnectOptions connect, Cloned cloned) {
        return refusal(connect, cloned, Progress.NONE);
    }

    private static HoldfastException refusal(
            ConnectOptions connect, Cloned cloned, Progress progress) {
        try {
            PhysicalBackupReport _ = cloned.take(connect, progress);
        } catch (HoldfastException failure) {
            return failure;
        }
        throw new AssertionError("the backup was made");
    }

    private void demandFree() {
        try (Session root = root()) {
            Waiting.untilAtLeast(root, "SELECT 1 - (" + LOCKS + ")", 1);
        }
    }

    /// Goal: a server restored from a clone is at exactly the moment that the manifest names.
    /// Method: writers that never rest, a redo log far too small for what they write meanwhile, DDL
    /// that waits, an account with the least privileges that must use TLS; then sums, counts, GTIDs
    /// and every index are compared.
    @Test
    void aRestoredServerIsAtExactlyItsMoment() {
        try (Session root = root()) {
            grantWhatIsMissing(root);
            long countBefore = executed(root).count();
            bank.open();
            var ddl = new CompletableFuture<Boolean>();
            var isCopying = new AtomicBoolean();
            PhysicalBackupReport report =
                    Cloned.into(repository, folder)
                            .take(
                                    cloner(),
                                    new AtCopying(() -> {
                                        if (!isCopying.getAndSet(true)) {
                                            Thread.ofVirtual().start(() -> create(ddl));
                                            Waiting.untilAtLeast(root, WAITING_DDL, 1);
                                        }
                                        Waiting.untilAtLeast(
                                                root,
                                                REDO_LSN,
                                                Bank.number(root, REDO_LSN) + (3 << 20));
                                    }));
            assertThat(ddl.join()).isTrue();
            bank.shut();
            assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
            assertThat(repository.catalogue().incompleteIds()).isEmpty();

            RecoveryReport restored =
                    new Restore(repository, Progress.NONE)
                            .intoFolder(
                                    report.backup(),
                                    new Restore.NewServer(
                                            folder.resolve("restored"),
                                            TestServer.home(),
                                            2,
                                            List.of(),
                                            Afterwards.STOP));
            assertThat(restored.executed()).isEqualTo(report.gtidSet());
            try (var again = new RecoveredServer(folder.resolve("restored"))) {
                assertThat(again.executed()).isEqualTo(report.gtidSet());
                assertThat(Bank.faults(again.session())).isEmpty();
                assertThat(Bank.number(again.session(), "SELECT COUNT(*) FROM bank.log"))
                        .isPositive()
                        .isEqualTo(report.gtidSet().count() - countBefore);
                again.session().execute("CREATE TABLE empty_one.t (id INT)");
                assertThat(again.session().query("SHOW TABLES FROM bank LIKE 'later'").isEmpty())
                        .isTrue();
                assertThat(again.session().query("SELECT * FROM mysql.general_log").isEmpty())
                        .isTrue();
            }
        }
    }

    private void grantWhatIsMissing(Session root) {
        HoldfastException refusal = refusal(cloner(), Cloned.into(repository, folder));
        assertThat(refusal.problem().code()).isEqualTo(BackupError.PRIVILEGE_MISSING);
        for (String grant : refusal.problem().remedy().split(";", -1)) {
            if (!grant.isBlank()) {
                root.execute(grant);
            }
        }
    }

    private void create(CompletableFuture<Boolean> done) {
        try (Session session = root()) {
            session.execute("CREATE TABLE bank.later (id INT PRIMARY KEY)");
            done.complete(true);
        } catch (SqlErrorException failure) {
            done.completeExceptionally(failure);
        }
    }

    private static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed").only().string(0).replace("\n", ""));
    }

    @Test
    void whatCannotBeClonedIsRefused() {
        Cloned cloned = Cloned.into(repository, folder);
        try (Session root = root()) {
            root.execute("CREATE DATABASE old");
            root.execute("CREATE TABLE old.`t-1` (id INT) ENGINE=MyISAM");
            assertThat(demandRefused(BackupError.TABLE_WITHOUT_SNAPSHOT, cloned))
                    .hasMessageContaining("old.t-1");
            root.execute("DROP DATABASE old");
            root.execute("ALTER INSTANCE DISABLE INNODB REDO_LOG");
            demandRefused(BackupError.REDO_LOGGING_OFF, cloned);
            root.execute("ALTER INSTANCE ENABLE INNODB REDO_LOG");
            root.execute("SET GLOBAL gtid_mode = ON_PERMISSIVE");
            demandRefused(BackupError.CLONE_WITHOUT_GTIDS, cloned);
            root.execute("SET GLOBAL gtid_mode = ON");
        }
    }

    /// Between the first look and the donor's lock DDL may still run.
    @Test
    void aTableOfAnotherEngineThatComesMeanwhileIsNotLost() {
        Repository untouched = Repository.create(new MemoryStore());
        try (Session root = root()) {
            var late =
                    new SnapshotProof() {
                        @Override
                        public void mustBePossible(String version, long bytes) {
                            root.execute("CREATE DATABASE late");
                            root.execute("CREATE TABLE late.t (id INT) ENGINE=MyISAM");
                        }

                        @Override
                        public GtidSet recover(BackupReader incomplete) {
                            throw new AssertionError("it was not noticed");
                        }
                    };
            assertThatThrownBy(() ->
                            Cloned.into(untouched, folder)
                                    .take(server.as("root", ""), Progress.NONE, late))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(BackupError.TABLE_WITHOUT_SNAPSHOT.name())
                    .hasMessageContaining("late.t");
            root.execute("DROP DATABASE late");
        }
        assertThat(untouched.catalogue().provenBackups()).isEmpty();
        demandFree();
    }

    @Test
    void whatOnlyAKeyringOpensIsNotCloned() {
        Cloned cloned = Cloned.into(repository, folder);
        try (var vault = TestServer.startWithKeyring();
                Session root = Taken.root(vault)) {
            root.execute("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
            root.execute("CREATE DATABASE box");
            root.execute("CREATE TABLE box.sealed (id INT PRIMARY KEY) ENCRYPTION='Y'");
            HoldfastException table = refusal(vault.as("root", ""), cloned);
            assertThat(table.problem().code()).isEqualTo(BackupError.CLONE_ENCRYPTED);
            assertThat(table).hasMessageContaining("box/sealed");
            root.execute("DROP TABLE box.sealed");
            root.execute("SET GLOBAL innodb_undo_log_encrypt = ON");
            HoldfastException undo = refusal(vault.as("root", ""), cloned);
            assertThat(undo.problem().code()).isEqualTo(BackupError.CLONE_ENCRYPTED);
            assertThat(undo).hasMessageContaining("innodb_undo_log_encrypt is ON");
        }
    }

    @Test
    void aServerThatIsBeingClonedIsRefused() {
        try (var other = CloneDonor.open(server.as("root", ""), Duration.ofSeconds(10))) {
            assertThat(other).isNotNull();
            demandRefused(BackupError.CLONE_UNDER_WAY, Cloned.into(repository, folder));
        }
        demandFree();
    }

    /// Nothing is copied that could not be proven.
    @Test
    void withoutAMysqldOfItsVersionNothingIsCopied() {
        Repository untouched = Repository.create(new MemoryStore());
        Cloned cloned = Cloned.into(untouched, folder);
        var ofAnother =
                new SnapshotProof() {
                    @Override
                    public void mustBePossible(String version, long bytes) {
                        cloned.proof().mustBePossible("8.4.3", bytes);
                    }

                    @Override
                    public GtidSet recover(BackupReader incomplete) {
                        throw new AssertionError("it was copied");
                    }
                };
        assertThatThrownBy(() -> cloned.take(server.as("root", ""), Progress.NONE, ofAnother))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(RecoveryError.MYSQLD_NOT_SAME_VERSION.name());
        assertThat(untouched.catalogue().incompleteIds()).isEmpty();
    }

    @Test
    void ddlIsHeldBackNoLongerThanAllowed() {
        var impatient = new Cloned(repository, folder, Duration.ofSeconds(1), false);
        try (Session root = root()) {
            var late =
                    new AtCopying(
                            () -> Waiting.untilAtLeast(root, "SELECT 1 - (" + LOCKS + ")", 1));
            assertThat(refusal(server.as("root", ""), impatient, late).problem().code())
                    .isEqualTo(BackupError.BACKUP_LOCK_LOST);
        }
        demandFree();
    }

    /// Goal: a clone that broke off leaves the server free for the next one, and no backup. Method:
    /// the connection that everything comes on is killed in the middle.
    @Test
    void aBrokenCloneLeavesTheServerFree() {
        try (Session root = root()) {
            var killer =
                    new AtCopying(() ->
                            root.query(
                                            "SELECT ID FROM information_schema.PROCESSLIST WHERE"
                                                    + " COMMAND = 'Clone'")
                                    .forEach(row -> kill(root, row.integer(0))));
            HoldfastException failure =
                    refusal(server.as("root", ""), Cloned.into(repository, folder), killer);
            assertThat(failure.exitStatus()).isEqualTo(4);
        }
        demandFree();
        try (var next = CloneDonor.open(server.as("root", ""), Duration.ofSeconds(10))) {
            assertThat(next).isNotNull();
        }
    }

    private static void kill(Session root, long connection) {
        try {
            root.execute("KILL " + connection);
        } catch (SqlErrorException _) {
            // It went together with the other one.
        }
    }

    /// A copy is no backup before it is proven, and says so.
    @Test
    void anUnprovenCloneIsIncomplete() {
        Repository unproven = Repository.create(new MemoryStore());
        var proof =
                new SnapshotProof() {
                    @Override
                    public void mustBePossible(String version, long bytes) {}

                    @Override
                    public GtidSet recover(BackupReader incomplete) {
                        assertThat(unproven.catalogue().incompleteIds())
                                .containsExactly(incomplete.manifest().backup());
                        throw new IllegalStateException("as a crash would");
                    }
                };
        assertThatThrownBy(() ->
                        Cloned.into(unproven, folder)
                                .take(server.as("root", ""), Progress.NONE, proof))
                .isInstanceOf(IllegalStateException.class);
        assertThat(unproven.catalogue().provenBackups()).isEmpty();
        assertThat(unproven.catalogue().incompleteIds()).hasSize(1);
        assertThat(Verify.everything(unproven, _ -> {}).findings()).isEmpty();
        demandFree();
    }
}
