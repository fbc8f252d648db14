package io.holdfast.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes one object of a [DirectoryStore]: temporary file, fsync, hard link, fsync of the folder.
/// Objects larger than the first buffer go past the kernel's page cache where that is possible.
final class DirectoryWriter extends ObjectWriter {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int BUFFER_BYTES = 64 << 10;

    private final DirectoryStore store;
    private final ObjectKey key;
    private final Path temporary;
    private final FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private @Nullable FileChannel direct;
    private boolean isLarge;
    private boolean ended;

    DirectoryWriter(DirectoryStore store, ObjectKey key) {
        this.store = store;
        this.key = key;
        try {
            this.temporary = store.temporaryFolder().resolve(UUID.randomUUID() + ".tmp");
            this.channel =
                    FileChannel.open(
                            temporary,
                            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OWNER_ONLY_FILE);
        } catch (IOException failure) {
            throw DirectoryStore.unavailable(failure, where());
        }
    }

    private String where() {
        return store.file(key).toString();
    }

    @Override
    public void write(byte[] bytes, int offset, int byteCount) {
        needOpen();
        try {
            if (byteCount > buffer.remaining() && !isLarge) {
                isLarge = true;
                goDirect();
            }
            if (direct != null) {
                writeDirect(bytes, offset, byteCount);
            } else {
                writeCached(bytes, offset, byteCount);
            }
        } catch (IOException failure) {
            close();
            throw DirectoryStore.unavailable(failure, where());
        }
    }

    private void writeCached(byte[] bytes, int offset, int byteCount) throws IOException {
        if (byteCount > buffer.remaining()) {
            drain(channel);
        }
        if (byteCount > buffer.remaining()) {
            writeAll(channel, ByteBuffer.wrap(bytes, offset, byteCount));
        } else {
            buffer.put(bytes, offset, byteCount);
        }
    }

    /// Only whole buffers are written before the end, so that every write is of whole units.
    private void writeDirect(byte[] bytes, int offset, int byteCount) throws IOException {
        int done = 0;
        while (done < byteCount) {
            int count = Math.min(byteCount - done, buffer.remaining());
            buffer.put(bytes, offset + done, count);
            done += count;
            if (!buffer.hasRemaining()) {
                drain(Objects.requireNonNull(direct));
            }
        }
    }

    /// Takes what is in the buffer along: nothing was written yet.
    private void goDirect() throws IOException {
        if (DirectIo.BUFFER_BYTES % DirectIo.unitBytes(temporary) != 0) {
            return;
        }
        ByteBuffer large = DirectIo.borrow();
        if (large == null) {
            return;
        }
        direct = DirectIo.open(temporary, StandardOpenOption.WRITE);
        if (direct == null) {
            DirectIo.giveBack(large);
        } else {
            buffer = large.put(buffer.flip());
        }
    }

    private void drain(FileChannel to) throws IOException {
        buffer.flip();
        writeAll(to, buffer);
        buffer.clear();
    }

    /// Writes what is left. A last buffer that is no whole number of units is written with zeros
    /// behind it, which are cut off again.
    private void finish() throws IOException {
        if (direct == null) {
            drain(channel);
            return;
        }
        int unit = DirectIo.unitBytes(temporary);
        long bytes = direct.position() + buffer.position();
        while (buffer.position() % unit != 0) {
            buffer.put((byte) 0);
        }
        drain(direct);
        if (bytes < direct.position()) {
            channel.truncate(bytes);
        }
    }

    private static void writeAll(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = to.write(bytes);
        }
    }

    private void needOpen() {
        if (ended) {
            throw new IllegalStateException("writer of " + key + " is closed");
        }
    }

    @Override
    public PutResult commit() {
        needOpen();
        Path target = store.file(key);
        Path folder = store.folder(key);
        try {
            finish();
            channel.force(true);
            store.createFolder(folder);
            PutResult result = link(target);
            // Also when it was there already: its own writer may not have come to the fsync yet.
            DirectoryStore.syncFolder(folder);
            return result;
        } catch (IOException failure) {
            throw DirectoryStore.unavailable(failure, where());
        } finally {
            close();
        }
    }

    private PutResult link(Path target) throws IOException {
        if (!store.hasHardLinks()) {
            return moveLocked(target);
        }
        try {
            Files.createLink(target, temporary);
            return PutResult.CREATED;
        } catch (FileAlreadyExistsException _) {
            return PutResult.EXISTS;
        } catch (UnsupportedOperationException _) {
            return moveLocked(target);
        } catch (FileSystemException failure) {
            // EPERM is what Linux answers for file systems without hard links, such as FAT.
            if (String.valueOf(failure.getReason()).contains("not permitted")) {
                return moveLocked(target);
            }
            throw failure;
        }
    }

    /// Stands in for the hard link: looks and renames while holding the store's lock, which every
    /// Holdfast on such a file system takes.
    private PutResult moveLocked(Path target) throws IOException {
        synchronized (DirectoryWriter.class) { // a file lock is held by the whole process
            try (FileChannel lockFile =
                            FileChannel.open(
                                    store.lockFile(),
                                    EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                                    OWNER_ONLY_FILE);
                    FileLock _ = lockFile.lock()) {
                if (Files.exists(target)) {
                    return PutResult.EXISTS;
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                return PutResult.CREATED;
            }
        }
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        if (direct != null) {
            DirectIo.giveBack(buffer);
        }
        try (channel;
                FileChannel _ = direct) {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // What stays is a temporary file that no list shows and removeLeftovers collects.
        }
    }
}
