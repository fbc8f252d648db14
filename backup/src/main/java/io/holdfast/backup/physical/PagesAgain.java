package io.holdfast.backup.physical;

import io.holdfast.innodb.PageHeader;
import io.holdfast.store.DirectIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/// Reads pages again that the server may just have been writing. It writes past the kernel's cache,
/// which may keep what was read in the middle of a write for as long as that takes; so there are
/// two ways to read.
///
/// Confined to one thread.
final class PagesAgain {
    private final TablespaceFile file;
    private final FileChannel channel;

    /// @param channel of the file, which may lie elsewhere meanwhile
    PagesAgain(TablespaceFile file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Reads as files are read.
    byte[] cached(long offset, int byteCount) {
        byte[] bytes = new byte[byteCount];
        int read = Reading.at(file.file(), channel, bytes, offset, byteCount);
        if (read < byteCount) {
            throw Unreadable.shorter(file.file(), offset + read, file.bytes());
        }
        return bytes;
    }

    /// Reads from the disk, where the file system can; else as [#cached].
    ///
    /// @param offset of a page whose header is legible
    byte[] direct(long offset, int byteCount) {
        ByteBuffer buffer = DirectIo.borrow();
        if (buffer == null) {
            return cached(offset, byteCount);
        }
        byte[] bytes = new byte[byteCount];
        try (FileChannel disk = DirectIo.open(file.file(), StandardOpenOption.READ)) {
            if (disk == null || !fill(disk, buffer, bytes, offset)) {
                return cached(offset, byteCount);
            }
        } catch (IOException _) {
            return cached(offset, byteCount); // what is wrong is said there
        } finally {
            DirectIo.giveBack(buffer);
        }
        boolean isPlanned = PageHeader.spaceId(bytes, 0) == file.space();
        // Another file may lie at the path by now.
        return isPlanned ? bytes : cached(offset, byteCount);
    }

    /// @return false if the file has ended before
    private boolean fill(FileChannel disk, ByteBuffer buffer, byte[] bytes, long offset)
            throws IOException {
        int unit = DirectIo.unitBytes(file.file());
        for (int filled = 0; filled < bytes.length; ) {
            int skipped = (int) ((offset + filled) % unit);
            int wanted = (skipped + bytes.length - filled + unit - 1) / unit * unit;
            buffer.clear().limit(Math.min(buffer.capacity(), wanted));
            int usable = read(disk, buffer, offset + filled - skipped) - skipped;
            if (usable <= 0) {
                return false;
            }
            int taken = Math.min(usable, bytes.length - filled);
            buffer.get(skipped, bytes, filled, taken);
            filled += taken;
        }
        return true;
    }

    private static int read(FileChannel disk, ByteBuffer target, long offset) throws IOException {
        int count = 0;
        while (target.hasRemaining()) {
            int more = disk.read(target, offset + count);
            if (more <= 0) {
                break;
            }
            count += more;
        }
        return count;
    }
}
