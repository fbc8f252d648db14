package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.ByteSink;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A local file that redo goes into while the backup runs, so that the server never waits for the
/// repository. The file has no name from the start: whatever ends this process, it is gone.
///
/// It is not fsynced. What it must survive is only this process's own slowness: if the machine
/// fails, the server fails with it, and the backup is none.
///
/// Confined to one thread at a time.
final class RedoSpool implements ByteSink, AutoCloseable {
    private static final int COPY_BYTES = 1 << 20;

    private final Path folder;
    private final FileChannel channel;
    private final long bytesMax;
    private long bytes;

    private RedoSpool(Path folder, FileChannel channel, long bytesMax) {
        this.folder = folder;
        this.channel = channel;
        this.bytesMax = bytesMax;
    }

    /// Makes an empty one, readable by this user only.
    static RedoSpool create(Path folder, long bytesMax) {
        try {
            Files.createDirectories(folder);
            Path file = Files.createTempFile(folder, "redo-", ".spool");
            try {
                return new RedoSpool(
                        folder,
                        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
                        bytesMax);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
    }

    /// Adds bytes at the end.
    ///
    /// @throws UnavailableException with `REDO_SPOOL_FULL` if that is more than is allowed, or the
    ///   disk has no room
    @Override
    public void accept(byte[] source, int offset, int byteCount) {
        if (bytes + byteCount > bytesMax) {
            throw new UnavailableException(
                    Problem.of(BackupError.REDO_SPOOL_FULL)
                            .what(
                                    "the server wrote more than %s of redo during the backup",
                                    Text.bytes(bytesMax))
                            .where("%s", folder)
                            .remedy(
                                    "Allow more with `--spool-max`, or run the backup at a quieter"
                                            + " time."));
        }
        try {
            ByteBuffer more = ByteBuffer.wrap(source, offset, byteCount);
            while (more.hasRemaining()) {
                bytes += channel.write(more, bytes);
            }
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
    }

    private static UnavailableException unwritable(Path folder, IOException failure) {
        return new UnavailableException(
                Problem.of(BackupError.REDO_SPOOL_FULL)
                        .what("%s", failure.toString())
                        .where("%s", folder)
                        .remedy("Name another folder with `--spool-dir`."),
                failure);
    }

    long bytes() {
        return bytes;
    }

    /// Hands on the first `byteCount` bytes.
    void copyTo(ByteSink sink, long byteCount) {
        byte[] buffer = new byte[COPY_BYTES];
        for (long at = 0; at < byteCount; ) {
            int count = (int) Math.min(COPY_BYTES, byteCount - at);
            if (Reading.at(folder, channel, buffer, at, count) < count) {
                throw new IllegalStateException("the spool has fewer bytes than it took");
            }
            sink.accept(buffer, 0, count);
            at += count;
        }
    }

    @Override
    public void close() {
        Reading.close(channel);
    }
}
