package io.holdfast.recovery.physical;

import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Keeps every mysqld off a data directory while its pages are those of two moments.
///
/// The redo log is replaced by one file that says that logging was disabled and nothing can be
/// recovered, which is what a server writes into its own log under `ALTER INSTANCE DISABLE INNODB
/// REDO_LOG`; no server starts on such files. An absent log would not do: a server that believes to
/// have been shut down in order makes itself a new one.
///
/// Invariant: from [#raise] until the very last step of [#replaceBy], `#ib_redo0` is that file.
/// Both change it by a rename, so that a crash leaves either the one or the other.
///
/// Source: MySQL 9.7 `storage/innobase/log/log0recv.cc`, `recv_recovery_from_checkpoint_start`;
/// `storage/innobase/log/log0write.cc`, `log_persist_crash_safe_disable`.
final class RedoBarrier {
    /// Where the new log is made. No server looks into it.
    static final String NEW_LOGS = "#holdfast_redo";

    private final LaidFolder folder;
    private final Path logs;
    private final Path newLogs;

    RedoBarrier(LaidFolder folder) {
        this.folder = folder;
        this.logs = folder.place(RedoFileName.FOLDER);
        this.newLogs = folder.place(NEW_LOGS);
    }

    /// Makes the folder one that no server starts on. Durable when it returns.
    void raise(long startLsn, long logUuid, String creator) {
        folder.remove(newLogs);
        Path made = newLogs.resolve(RedoFileName.of(0));
        folder.makeFile(made, RedoFile.BYTES_MIN);
        var header =
                new RedoFileHeader(
                        logUuid,
                        RedoBlock.start(startLsn),
                        creator,
                        RedoFileHeader.NO_LOGGING | RedoFileHeader.CRASH_UNSAFE);
        byte[] start = RedoFileStart.encode(header, startLsn, new byte[RedoBlock.BYTES]);
        LaidFolder.doing(
                made,
                () -> {
                    try (FileChannel channel = folder.open(made)) {
                        LaidFolder.write(channel, start, 0, start.length, 0);
                        channel.force(true);
                    }
                });
        Path barrier = logs.resolve(RedoFileName.of(0));
        folder.move(made, barrier);
        folder.sync(logs);
        for (Path old : entries(logs)) {
            if (!old.equals(barrier)) {
                folder.remove(old);
            }
        }
        folder.remove(newLogs);
        folder.sync(logs);
        folder.sync(folder.folder());
    }

    /// Puts the log in place that was made in [#NEW_LOGS] and is durable. Its first file comes
    /// last.
    void replaceBy() {
        List<Path> made = entries(newLogs);
        made.sort(Comparator.comparingLong(RedoBarrier::id).reversed());
        for (Path file : made) {
            folder.move(file, logs.resolve(String.valueOf(file.getFileName())));
            folder.sync(logs);
        }
        folder.remove(newLogs);
        folder.sync(folder.folder());
    }

    private static long id(Path file) {
        return RedoFileName.parse(String.valueOf(file.getFileName())).orElseThrow().id();
    }

    private static List<Path> entries(Path folder) {
        var entries = new ArrayList<Path>();
        LaidFolder.doing(
                folder,
                () -> {
                    try (var found = Files.newDirectoryStream(folder)) {
                        found.forEach(entries::add);
                    }
                });
        return entries;
    }
}
