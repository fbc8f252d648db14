package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.SqlErrorException;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A backup of a server that is being written to, through a redo log that is far too small to hold
/// all that is written meanwhile.
final class BackupUnderWritersTest {
    private static final String REDO_LSN =
            "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME ="
                    + " 'Innodb_redo_log_current_lsn'";
    private static final String WAITING_DDL =
            "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_TYPE = 'BACKUP"
                    + " LOCK' AND LOCK_STATUS = 'PENDING'";

    /// Only the server can tell the files of the tables with letters beyond ASCII from one another.
    private static final List<String> WITHOUT_TRANSACTIONS =
            List.of(
                    "CREATE TABLE bank.old (id INT PRIMARY KEY) ENGINE=MyISAM",
                    "CREATE DATABASE `bücher`",
                    "CREATE TABLE `bücher`.`für` (id INT PRIMARY KEY) ENGINE=MyISAM",
                    "CREATE TABLE `bücher`.`fär` (id INT PRIMARY KEY) ENGINE=MyISAM",
                    "CREATE TABLE `bücher`.con (id INT NOT NULL) ENGINE=CSV",
                    "CREATE TABLE `bücher`.`both-中` (id INT PRIMARY KEY) ENGINE=MERGE"
                            + " UNION=(`bücher`.`für`, `bücher`.`fär`)",
                    "CREATE TABLE `bücher`.packed (id INT) ENGINE=ARCHIVE",
                    "INSERT INTO `bücher`.`für` VALUES (1)",
                    "INSERT INTO `bücher`.`fär` VALUES (2)",
                    "INSERT INTO `bücher`.con VALUES (3)",
                    "INSERT INTO `bücher`.packed VALUES (4), (5)");

    /// Goal: a server that starts on the backup is at exactly the moment that the manifest names.
    /// Method: writers that never rest, twice as much redo as the server's log holds, a DDL that
    /// waits; then a real server recovers, and sums, counts, GTIDs and every index are compared.
    @Test
    void aServerOnTheBackupIsAtExactlyItsMoment() throws Exception {
        Path folder = TestServer.temporaryFolder();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (var server =
                        TestServer.start(
                                "--innodb-redo-log-capacity=8M",
                                "--innodb-buffer-pool-size=16M",
                                "--innodb-directories=" + elsewhere);
                Bank bank = Bank.found(server, elsewhere);
                Session root = Taken.root(server)) {
            // A GTID of no engine's is in the binary log alone, which this test does not look at.
            root.execute("SET sql_log_bin = 0");
            for (String sql : WITHOUT_TRANSACTIONS) {
                root.execute(sql);
            }
            long countBefore = executed(root).count();
            bank.open();
            var ddl = new CompletableFuture<Boolean>();
            Taken taken =
                    Taken.of(
                            server.as("root", ""),
                            Taken.options(server),
                            new AtCopying(() -> {
                                Thread.ofVirtual().start(() -> create(server, ddl));
                                Waiting.untilAtLeast(root, WAITING_DDL, 1);
                                root.execute("INSERT INTO bank.old VALUES (1), (2), (3)");
                                Waiting.untilAtLeast(
                                        root, REDO_LSN, Bank.number(root, REDO_LSN) + (16 << 20));
                            }));
            assertThat(ddl.join()).isTrue();
            bank.shut();

            assertThat(taken.report().redoBytes()).isGreaterThan(16 << 20);
            DataDirectory data = LaidDown.into(folder.resolve("data"), taken);
            try (MysqldProcess recovered = LaidDown.start(data, folder.resolve("run"));
                    Session session =
                            Session.open(
                                    ConnectOptions.of(
                                            new ServerAddress.UnixSocket(recovered.socket()),
                                            "root",
                                            Secret.EMPTY))) {
                GtidSet moment = taken.report().gtidSet();
                assertThat(executed(session)).isEqualTo(moment);
                assertThat(Bank.faults(session)).isEmpty();
                assertThat(Bank.number(session, "SELECT COUNT(*) FROM bank.log"))
                        .isPositive()
                        .isEqualTo(moment.count() - countBefore);
                assertThat(Bank.number(session, "SELECT COUNT(*) FROM bank.old")).isEqualTo(3);
                assertThat(session.query("CHECK TABLE bank.old").list().getLast().string(3))
                        .isEqualTo("OK");
                assertThat(Bank.number(session, "SELECT SUM(id) FROM `bücher`.`both-中`"))
                        .isEqualTo(3);
                assertThat(Bank.number(session, "SELECT SUM(id) FROM `bücher`.con")).isEqualTo(3);
                assertThat(Bank.number(session, "SELECT SUM(id) FROM `bücher`.packed"))
                        .isEqualTo(9);
                assertThat(session.query("SHOW DATABASES LIKE 'empty_one'").isEmpty()).isFalse();
                session.execute("CREATE TABLE empty_one.t (id INT)");
                assertThat(session.query("SHOW TABLES FROM bank LIKE 'later'").isEmpty()).isTrue();
            }
            Path log = folder.resolve("run").resolve("error.log");
            assertThat(Files.readString(log)).contains(String.valueOf(taken.section().endLsn()));
            // The list of pages to warm up with is left out of backups.
            assertThat(Files.readAllLines(log))
                    .noneMatch(
                            line -> line.contains("[ERROR]") && !line.contains("ib_buffer_pool"));
        } finally {
            Folders.remove(folder);
        }
    }

    private static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed").only().string(0).replace("\n", ""));
    }

    private static void create(TestServer server, CompletableFuture<Boolean> done) {
        try (Session session = Taken.root(server)) {
            session.execute("CREATE TABLE bank.later (id INT PRIMARY KEY)");
            done.complete(true);
        } catch (SqlErrorException failure) {
            done.completeExceptionally(failure);
        }
    }
}
