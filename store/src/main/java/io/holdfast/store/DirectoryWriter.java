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
import java.util.Set;
import java.util.UUID;

/// Writes one object of a [DirectoryStore]: temporary file, fsync, hard link, fsync of the folder.
final class DirectoryWriter extends ObjectWriter {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int BUFFER_BYTES = 64 << 10;

    private final DirectoryStore store;
    private final ObjectKey key;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
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
            if (byteCount > buffer.remaining()) {
                drain();
            }
            if (byteCount > buffer.remaining()) {
                writeAll(ByteBuffer.wrap(bytes, offset, byteCount));
            } else {
                buffer.put(bytes, offset, byteCount);
            }
        } catch (IOException failure) {
            close();
            throw DirectoryStore.unavailable(failure, where());
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        writeAll(buffer);
        buffer.clear();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
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
            drain();
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
        try (channel) {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // What stays is a temporary file that no list shows and removeLeftovers collects.
        }
    }
}
