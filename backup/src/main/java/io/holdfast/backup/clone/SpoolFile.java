package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A local file for what comes before its place in the repository is known. It has no name from the
/// start: whatever ends this process, it is gone. Confined to one thread.
final class SpoolFile implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;
    private final long bytesMax;
    private long end;
    private long taken;

    private SpoolFile(Path folder, FileChannel channel, long bytesMax) {
        this.folder = folder;
        this.channel = channel;
        this.bytesMax = bytesMax;
    }

    /// Makes an empty one, readable by this user only.
    ///
    /// @param bytesMax how much may be written into it
    static SpoolFile create(Path folder, long bytesMax) {
        try {
            Files.createDirectories(folder);
            Path file = Files.createTempFile(folder, "clone-", ".spool");
            try {
                return new SpoolFile(
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

    /// Where a run of bytes lies in the file.
    record Place(long offset, int byteCount) {}

    /// Adds bytes behind all others.
    Place append(byte[] bytes) {
        var place = new Place(end, bytes.length);
        write(end, bytes, bytes.length);
        return place;
    }

    /// Writes the first `byteCount` of the bytes at a place.
    ///
    /// @throws UnavailableException with `REDO_SPOOL_FULL` if that is more than is allowed, or the
    ///   disk has no room
    void write(long offset, byte[] bytes, int byteCount) {
        taken += byteCount;
        if (taken > bytesMax) {
            throw new UnavailableException(
                    Problem.of(BackupError.REDO_SPOOL_FULL)
                            .what("the server sent more than %s of redo", Text.bytes(bytesMax))
                            .where("%s", folder)
                            .remedy(
                                    "Allow more with `--spool-max`, or run the backup at a quieter"
                                            + " time."));
        }
        try {
            ByteBuffer more = ByteBuffer.wrap(bytes, 0, byteCount);
            for (long at = offset; more.hasRemaining(); ) {
                at += channel.write(more, at);
            }
        } catch (IOException failure) {
            throw unwritable(folder, failure);
        }
        end = Math.max(end, offset + byteCount);
    }

    /// Reads bytes that were written; zeros where none were.
    byte[] read(Place place) {
        byte[] bytes = new byte[place.byteCount()];
        read(place.offset(), bytes, bytes.length);
        return bytes;
    }

    void read(long offset, byte[] into, int byteCount) {
        ByteBuffer target = ByteBuffer.wrap(into, 0, byteCount);
        try {
            while (target.hasRemaining()) {
                if (channel.read(target, offset + target.position()) < 0) {
                    Arrays.fill(into, target.position(), byteCount, (byte) 0);
                    return;
                }
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

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It has no name: nothing is left of it.
        }
    }
}
