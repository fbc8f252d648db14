package io.holdfast.servertests.physical;

import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Lays a backup down as a data directory, by the document and by the shortest way: the witness
/// that a backup is one, whatever the program's own restore does.
final class LaidDown {
    private LaidDown() {}

    static DataDirectory into(Path folder, Taken taken) throws IOException {
        Files.createDirectories(folder);
        for (PhysicalFile file : taken.files()) {
            Path target = folder.resolve(file.path());
            Files.createDirectories(
                    file instanceof PhysicalFile.Folder ? target : target.getParent());
            switch (file) {
                case PhysicalFile.Folder _ -> {}
                case PhysicalFile.Other other ->
                        Files.copy(taken.reader().open(other.content()), target);
                case PhysicalFile.Tablespace tablespace -> write(target, taken, tablespace);
            }
        }
        Path redo = Files.createDirectories(folder.resolve(RedoFileName.FOLDER));
        Files.write(redo.resolve(RedoFileName.of(0)), redo(taken));
        return DataDirectory.open(folder);
    }

    private static void write(Path target, Taken taken, PhysicalFile.Tablespace file)
            throws IOException {
        try (FileChannel out =
                FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.allocate(1), file.bytes() - 1);
            int pageBytes = file.pageBytes();
            taken.pages(
                    file,
                    (page, bytes, offset) ->
                            writeAt(
                                    out,
                                    ByteBuffer.wrap(bytes, offset, pageBytes),
                                    page * pageBytes));
        }
    }

    private static void writeAt(FileChannel out, ByteBuffer bytes, long offset) {
        try {
            out.write(bytes, offset);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// One file of redo that begins at the checkpoint and ends at the backup's moment.
    private static byte[] redo(Taken taken) {
        byte[] blocks = taken.redo();
        long first = RedoBlock.start(taken.section().startLsn());
        long endLsn = taken.section().endLsn();
        int last = (int) (RedoBlock.start(endLsn) - first);
        if (last < blocks.length) {
            RedoBlock.cut(blocks, last, endLsn);
        }
        var header =
                new RedoFileHeader(
                        4711, first, "MySQL " + TestServer.home().version().toString(), 0);
        byte[] file =
                Arrays.copyOf(
                        RedoFileStart.encode(
                                header, taken.section().startLsn(), new byte[RedoBlock.BYTES]),
                        (int) RedoFile.fileBytes(blocks.length + (1 << 20)));
        System.arraycopy(blocks, 0, file, RedoFileStart.BYTES, blocks.length);
        return file;
    }

    /// A server on it, which recovers as after a crash.
    static MysqldProcess start(DataDirectory data, Path run, String... options) {
        return MysqldProcess.start(
                TestServer.home(),
                data,
                StartOptions.in(run)
                        .withOptions(
                                "--skip-log-bin",
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--log-error-verbosity=3",
                                "--innodb-buffer-pool-size=64M")
                        .withOptions(options));
    }
}
