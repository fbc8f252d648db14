package io.holdfast.servertests.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Afterwards;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.TableReport;
import io.holdfast.recovery.TableRestore;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: one table comes back without the others, as it was at the backup's moment. Method: the
/// redo log knows changes of other tables, and some of its own that are not committed; it is
/// dropped, taken out of the backup and put into the original by the statements that came with it.
/// The server reads `"` as most others do not.
final class TableRestoreTest {
    @Test
    void aTableComesBackAlone() throws Exception {
        Path folder = TestServer.temporaryFolder();
        Repository repository = Repository.create(new MemoryStore());
        try (var server = TestServer.start("--sql-mode=ANSI");
                Session root = Taken.root(server);
                Session other = Taken.root(server)) {
            make(root);
            String orders = content(root);
            other.execute("BEGIN");
            other.execute("UPDATE shop.`or-ders ή` SET note = 'never committed'");
            other.execute("UPDATE shop.third SET v = REPEAT('never', 3000)");
            root.execute("UPDATE shop.words SET w = CONCAT(w, ' more')");
            BackupId backup =
                    new PhysicalBackup(
                                    server.as("root", ""),
                                    repository,
                                    Taken.options(server),
                                    Progress.NONE)
                            .run()
                            .backup();
            other.execute("ROLLBACK");
            root.execute("DROP TABLE shop.`or-ders ή`");

            TableReport report = take(repository, backup, "or-ders ή", folder.resolve("orders"));
            assertThat(report.files()).hasSize(6);
            assertThat(report.notes()).hasSize(1);
            putBack(root, report, server.dataFolder().resolve("shop"));
            assertThat(content(root)).isEqualTo(orders);
            root.execute("INSERT INTO shop.`or-ders ή` VALUES (1000, 'x')");
            assertThat(
                            root.query("SELECT note FROM shop.`or-ders ή` WHERE id = 1000")
                                    .only()
                                    .string(0))
                    .isEqualTo("by trigger; x");

            whatNoServerExportsIsRefused(repository, backup, folder);
        } finally {
            Folders.remove(folder);
        }
    }

    private static void make(Session root) {
        for (String sql :
                List.of(
                        "CREATE DATABASE shop",
                        "USE shop",
                        "CREATE TABLE `or-ders ή` (id INT PRIMARY KEY, note VARCHAR(100)) PARTITION BY HASH(id)"
                                + " PARTITIONS 3",
                        "CREATE TRIGGER noted BEFORE INSERT ON `or-ders ή` FOR EACH ROW BEGIN SET NEW.note ="
                                + " CONCAT('by trigger; ', NEW.note); END",
                        "CREATE TABLE words (id INT PRIMARY KEY, w TEXT, FULLTEXT (w))",
                        "INSERT INTO `or-ders ή` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                                + " i < 500) SELECT i, SHA2(i, 256) FROM n",
                        "CREATE TABLE third (id INT PRIMARY KEY, v TEXT, KEY (v(10)))",
                        "INSERT INTO third SELECT id, note FROM `or-ders ή`",
                        "INSERT INTO words SELECT id, note FROM `or-ders ή`")) {
            root.execute(sql);
        }
    }

    private static TableReport take(
            Repository repository, BackupId backup, String table, Path into) {
        return new TableRestore(repository, Progress.NONE)
                .intoFolder(
                        backup,
                        new TableName("shop", table),
                        new Restore.NewServer(
                                into, TestServer.home(), 2, List.of(), Afterwards.STOP));
    }

    /// What the report's commands do.
    private static void putBack(Session root, TableReport report, Path schema) throws IOException {
        run(root, report.folder().resolve("create.sql"));
        for (String file : report.files()) {
            Files.copy(report.folder().resolve(file), schema.resolve(file));
        }
        run(root, report.folder().resolve("import.sql"));
        assertThat(report.folder().resolve("sandbox")).doesNotExist();
    }

    /// As the `mysql` client reads a file.
    private static void run(Session root, Path file) throws IOException {
        String delimiter = ";";
        var statement = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("DELIMITER ")) {
                delimiter = line.substring("DELIMITER ".length());
            } else if (!line.startsWith("--")) {
                statement.append(line).append('\n');
                String text = statement.toString().strip();
                if (text.endsWith(delimiter)) {
                    root.execute(text.substring(0, text.length() - delimiter.length()));
                    statement.setLength(0);
                }
            }
        }
    }

    private static void whatNoServerExportsIsRefused(
            Repository repository, BackupId backup, Path folder) {
        assertThatThrownBy(() -> take(repository, backup, "nowhere", folder.resolve("nowhere")))
                .isInstanceOf(RefusedException.class);
        Path words = folder.resolve("words");
        assertThatThrownBy(() -> take(repository, backup, "words", words))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("full-text");
        assertThat(words.resolve("sandbox")).doesNotExist();
    }

    private static String content(Session root) {
        return root.query("CHECKSUM TABLE shop.`or-ders ή` EXTENDED").only().string("Checksum")
                + " "
                + root.query("SHOW CREATE TABLE shop.`or-ders ή`").only().string(1);
    }
}
