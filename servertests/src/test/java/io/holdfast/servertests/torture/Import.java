package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Takes a table's file out of the server and imports it again: every page keeps its number and
/// tablespace and gets another LSN. Not in the binary log, because no other server has the file;
/// the table has the same rows afterwards.
final class Import {
    private final ReentrantLock undisturbed = new ReentrantLock();
    private final Path dataFolder;

    Import(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    /// Does it, unless a backup is made at the moment.
    void run(Session session) {
        unlessBackup(() -> take(session));
    }

    /// Does something else that a backup which lets DDL in refuses, unless one is made.
    void unlessBackup(Runnable action) {
        if (undisturbed.tryLock()) {
            try {
                action.run();
            } finally {
                undisturbed.unlock();
            }
        }
    }

    /// Makes a backup while no table is between the two: no replay would bring its rows back.
    <T> T whileNone(Supplier<T> backup) {
        undisturbed.lock();
        try {
            return backup.get();
        } finally {
            undisturbed.unlock();
        }
    }

    private void take(Session session) {
        session.execute("DROP TABLE IF EXISTS bank.imported");
        session.execute(
                "CREATE TABLE bank.imported (id INT PRIMARY KEY, v INT, filler TEXT, KEY (v))");
        session.execute(
                "INSERT INTO bank.imported SELECT id, v, filler FROM bank.bulk WHERE id < 1000");
        Path file = dataFolder.resolve("bank").resolve("imported.ibd");
        Path aside = dataFolder.resolveSibling("imported.ibd");
        session.execute("FLUSH TABLES bank.imported FOR EXPORT");
        try {
            Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            session.execute("UNLOCK TABLES");
        }
        session.execute("SET sql_log_bin = 0");
        try {
            session.execute("ALTER TABLE bank.imported DISCARD TABLESPACE");
            Files.move(aside, file);
            session.execute("ALTER TABLE bank.imported IMPORT TABLESPACE");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            session.execute("SET sql_log_bin = 1");
        }
    }
}
