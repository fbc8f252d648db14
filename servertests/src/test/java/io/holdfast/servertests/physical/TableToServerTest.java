package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.cli.TableAsBackedUp;
import io.holdfast.client.Session;
import io.holdfast.core.ErrorCode;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.mysqld.Folders;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.CopiedTable;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.TableRestore;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.load.LoadError;
import io.holdfast.recovery.load.TableTarget;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.KeyringHome;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Goal: one table of a physical backup comes back onto the server that lost it, in use as it is,
/// also where no server could import its files. Method: dropped after the backup, or still there.
final class TableToServerTest {
    private static final TableName ORDERS = new TableName("shop", "or-ders für 中");
    private static final TableName BEFORE = new TableName("shop", "or-ders before");

    private final Path folder = TestServer.temporaryFolder();
    private final Path elsewhere = TestServer.temporaryFolder();
    private final Repository repository = Repository.create(new MemoryStore());

    @AfterEach
    void remove() {
        Folders.remove(elsewhere);
        Folders.remove(folder);
    }

    @Test
    void aTableComesBackOntoTheServerThatLostIt() {
        try (var server = TestServer.start("--innodb-directories=" + elsewhere);
                Session root = Taken.root(server);
                Session other = Taken.root(server)) {
            make(root);
            root.execute(
                    "CREATE TABLE shop.away (v INT) DATA DIRECTORY '"
                            + elsewhere
                            + "' AS SELECT 7 AS v");
            String orders = content(root, ORDERS);
            other.execute("BEGIN");
            other.execute("UPDATE shop.`or-ders für 中` SET note = 'never committed'");
            other.execute("UPDATE shop.third SET v = REPEAT('never', 3000)");
            root.execute("UPDATE shop.customers SET name = CONCAT(name, ' more')");
            BackupId backup = backUp(server);
            other.execute("ROLLBACK");

            whatIsThereIsRefused(server, backup);
            CopiedTable beside = restore(server, backup, ORDERS, BEFORE);
            assertThat(beside.loaded().rowCount()).isEqualTo(500);
            assertThat(checksum(root, BEFORE)).isEqualTo(checksum(root, ORDERS));
            assertThat(definition(root, BEFORE))
                    .contains("FULLTEXT KEY", "CHECK", "AUTO_INCREMENT=7000")
                    .doesNotContain("FOREIGN KEY");

            root.execute("DROP TABLE shop.`or-ders für 中`");
            String executed = executed(root);
            CopiedTable copied = restore(server, backup, ORDERS, ORDERS);
            assertThat(copied.notes()).singleElement().asString().contains("foreign keys");
            assertThat(content(root, ORDERS)).isEqualTo(orders);
            assertThat(executed(root)).isNotEqualTo(executed);
            itsTriggerAndForeignKeysAreThere(root);

            var away = new TableName("shop", "away");
            String lost = checksum(root, away);
            root.execute("DROP TABLE shop.away");
            CopiedTable brought = restore(server, backup, away, away);
            assertThat(brought.loaded().rowCount()).isOne();
            assertThat(checksum(root, away)).isEqualTo(lost);

            for (String shared : List.of("in space", "my")) {
                root.execute("DROP TABLE shop." + TableName.quote(shared));
                assertRefused(
                        server,
                        backup,
                        new TableName("shop", shared),
                        RecoveryError.BACKUP_NOT_USABLE);
            }
            var nowhere = new TableName("shop", "nowhere");
            assertRefused(server, backup, nowhere, RecoveryError.BACKUP_NOT_USABLE);
            assertThat(folder).isEmptyDirectory();
        }
    }

    private static void make(Session root) {
        for (String sql :
                List.of(
                        "CREATE DATABASE shop",
                        "USE shop",
                        "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(100))",
                        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Béla')",
                        "CREATE TABLE `or-ders für 中` (id INT PRIMARY KEY AUTO_INCREMENT, customer INT NOT"
                                + " NULL, previous INT, note VARCHAR(200), more JSON, CHECK (customer > 0),"
                                + " FULLTEXT (note), FOREIGN KEY (customer) REFERENCES customers (id),"
                                + " FOREIGN KEY (previous) REFERENCES `or-ders für 中` (id))"
                                + " AUTO_INCREMENT = 7000",
                        "CREATE TRIGGER noted BEFORE INSERT ON `or-ders für 中` FOR EACH ROW BEGIN SET NEW.note ="
                                + " CONCAT('by trigger; ', NEW.note); END",
                        "INSERT INTO `or-ders für 中` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                                + " i < 500) SELECT i, 1 + i % 2, NULL, SHA2(i, 256),"
                                + " JSON_OBJECT('n', CAST(i AS DECIMAL(9, 3))) FROM n",
                        "UPDATE `or-ders für 中` SET previous = id - 1 WHERE id > 1",
                        "CREATE TABLE third (id INT PRIMARY KEY, v TEXT, KEY (v(10)))",
                        "INSERT INTO third SELECT id, note FROM `or-ders für 中`",
                        "CREATE TABLESPACE roomy ADD DATAFILE 'roomy.ibd'",
                        "CREATE TABLE `in space` (v INT, b LONGBLOB) TABLESPACE roomy",
                        "INSERT INTO `in space` VALUES (1, REPEAT('x', 1500000)), (1, NULL)",
                        "CREATE TABLE my (v INT) ENGINE = MyISAM",
                        "INSERT INTO my VALUES (3), (3), (4)")) {
            root.execute(sql);
        }
    }

    private BackupId backUp(TestServer server) {
        return new PhysicalBackup(
                        server.as("root", ""), repository, Taken.options(server), Progress.NONE)
                .run()
                .backup();
    }

    private CopiedTable restore(
            TestServer server, BackupId backup, TableName table, TableName into) {
        return restore(
                TestServer.home(),
                List.of(),
                backup,
                table,
                new TableTarget(server.as("root", ""), into, table.equals(into)));
    }

    private CopiedTable restore(
            MysqldHome home,
            List<String> options,
            BackupId backup,
            TableName table,
            TableTarget target) {
        return new TableRestore(repository, Progress.NONE)
                .intoServer(
                        backup,
                        table,
                        new Restore.NewServer(folder, home, 2, options, Afterwards.STOP),
                        target,
                        new TableAsBackedUp());
    }

    private void whatIsThereIsRefused(TestServer server, BackupId backup) {
        assertRefused(server, backup, ORDERS, LoadError.TABLE_EXISTS);
        try (Session root = Taken.root(server)) {
            root.execute("CREATE USER lesser IDENTIFIED BY 'p'");
            root.execute(
                    "GRANT CREATE, DROP, ALTER, INSERT, LOCK TABLES, TRIGGER ON shop.* TO lesser");
            assertThatThrownBy(() ->
                            restore(
                                    TestServer.home(),
                                    List.of(),
                                    backup,
                                    ORDERS,
                                    new TableTarget(server.as("lesser", "p"), BEFORE, false)))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal ->
                                    assertThat(refusal.problem().remedy())
                                            .isEqualTo(
                                                    "GRANT SELECT ON `shop`.* TO `lesser`@`%`; GRANT"
                                                            + " SESSION_VARIABLES_ADMIN ON *.* TO"
                                                            + " `lesser`@`%`;"));
            root.execute("SET GLOBAL local_infile = OFF");
            assertRefused(server, backup, new TableName("shop", "x"), LoadError.LOAD_TARGET_UNFIT);
            root.execute("SET GLOBAL local_infile = ON");
        }
        assertRefused(server, backup, new TableName("elsewhere", "x"), LoadError.LOAD_TARGET_UNFIT);
        assertThat(folder).isEmptyDirectory();
    }

    private void assertRefused(
            TestServer server, BackupId backup, TableName table, ErrorCode code) {
        assertThatThrownBy(() -> restore(server, backup, table, table))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }

    private static void itsTriggerAndForeignKeysAreThere(Session root) {
        root.execute(
                "INSERT INTO shop.`or-ders für 中` (customer, previous, note) VALUES (1, 500, 'x')");
        assertThat(
                        root.query("SELECT note FROM shop.`or-ders für 中` WHERE id = 7000")
                                .only()
                                .string(0))
                .isEqualTo("by trigger; x");
        assertThatThrownBy(() -> root.execute("DELETE FROM shop.`or-ders für 中` WHERE id = 500"))
                .hasMessageContaining("1451");
        assertThatThrownBy(() -> root.execute("DELETE FROM shop.customers WHERE id = 1"))
                .hasMessageContaining("1451");
    }

    /// Goal: the least privileges that are asked for suffice.
    @Test
    void anEncryptedTableComesBackByTheLeastPrivileges() {
        var sealed = new TableName("box", "sealed");
        try (var server = TestServer.startWithKeyring();
                Session root = Taken.root(server)) {
            for (String sql :
                    List.of(
                            "CREATE DATABASE box",
                            "CREATE TABLE box.sealed (id INT PRIMARY KEY, v TEXT) ENCRYPTION = 'Y'"
                                    + " PARTITION BY HASH (id) PARTITIONS 2",
                            "INSERT INTO box.sealed VALUES (1, REPEAT('a', 60000)), (2, 'b')",
                            "CREATE USER least IDENTIFIED BY 'p'",
                            "GRANT CREATE, DROP, ALTER, INSERT, SELECT, LOCK TABLES, TRIGGER,"
                                    + " REFERENCES ON box.* TO least",
                            "GRANT SESSION_VARIABLES_ADMIN ON *.* TO least")) {
                root.execute(sql);
            }
            BackupId backup = backUp(server);
            KeyringHome keys = server.withSameKeys(folder.resolve("keyring"));
            String before = content(root, sealed);
            root.execute("DROP TABLE box.sealed");
            restore(
                    keys.home(),
                    keys.options(),
                    backup,
                    sealed,
                    new TableTarget(server.as("least", "p"), sealed, true));
            assertThat(content(root, sealed)).isEqualTo(before).contains("ENCRYPTION='Y'");
        }
    }

    private static String content(Session root, TableName table) {
        return checksum(root, table) + " " + definition(root, table);
    }

    private static String checksum(Session root, TableName table) {
        return root.query("CHECKSUM TABLE " + table.quoted() + " EXTENDED")
                .only()
                .string("Checksum");
    }

    private static String definition(Session root, TableName table) {
        return root.query("SHOW CREATE TABLE " + table.quoted()).only().string(1);
    }

    private static String executed(Session root) {
        return root.query("SELECT @@GLOBAL.gtid_executed").only().string(0);
    }
}
