package io.holdfast.store;

import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/// A store in a folder of the local file system: one file per object, the key's segments as
/// folders. Files are readable by their owner only (0600, folders 0700): backups hold secrets.
///
/// How it keeps the promises of [ObjectStore]: a new object is written under a random name in
/// [#TEMPORARY_FOLDER] of the same file system and fsynced; a hard link then gives it its real name
/// in one atomic step that fails if the name is taken; the folder is fsynced; the temporary name
/// goes. Where the file system has no hard links, a rename under a file lock stands in for it. A
/// crash leaves at most a temporary file, which [#list] does not see and [#removeLeftovers]
/// collects. Folders are never removed, so that creating and deleting do not race for them.
public final class DirectoryStore implements ObjectStore {
    /// Begins with a dot, as no key's segment does.
    static final String TEMPORARY_FOLDER = ".tmp";

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final String LOCK_FILE = ".lock";

    private final Path root;
    private final boolean hasHardLinks;

    private DirectoryStore(Path root, boolean hasHardLinks) {
        this.root = root;
        this.hasHardLinks = hasHardLinks;
    }

    /// The store as it works where there are no hard links; for tests on file systems that have
    /// them.
    DirectoryStore withoutHardLinks() {
        return new DirectoryStore(root, false);
    }

    /// Whether hard links may be tried.
    boolean hasHardLinks() {
        return hasHardLinks;
    }

    /// Locked while a new object is renamed, where there are no hard links.
    Path lockFile() {
        return root.resolve(LOCK_FILE);
    }

    /// Opens a store, and creates the folder first if it is not there.
    ///
    /// @throws UnavailableException if the folder can be neither used nor created
    public static DirectoryStore create(Path root) {
        var store = new DirectoryStore(root.toAbsolutePath().normalize(), true);
        try {
            store.createFolder(store.root);
            store.createFolder(store.root.resolve(TEMPORARY_FOLDER));
        } catch (IOException failure) {
            throw unavailable(failure, store.root.toString());
        }
        return store;
    }

    /// Opens a store whose folder must be there.
    ///
    /// @throws UnavailableException if it is not
    public static DirectoryStore open(Path root) {
        Path folder = root.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new UnavailableException(
                    Problem.of(StoreError.STORE_UNAVAILABLE)
                            .what("there is no such folder")
                            .where("%s", folder)
                            .remedy(
                                    "Check that the path is right and that its file system is mounted."));
        }
        return new DirectoryStore(folder, true);
    }

    Path temporaryFolder() throws IOException {
        Path folder = root.resolve(TEMPORARY_FOLDER);
        createFolder(folder);
        return folder;
    }

    Path file(ObjectKey key) {
        return root.resolve(key.text());
    }

    /// The folder that the key's file lies in.
    Path folder(ObjectKey key) {
        int slash = key.text().lastIndexOf('/');
        return slash < 0 ? root : root.resolve(key.text().substring(0, slash));
    }

    /// Creates a folder and its missing parents, and makes each durable in its own parent.
    void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            createFolder(parent);
        }
        try {
            Files.createDirectory(folder, OWNER_ONLY_FOLDER);
        } catch (java.nio.file.FileAlreadyExistsException raced) {
            if (!Files.isDirectory(folder)) {
                throw raced;
            }
        }
        if (parent != null) {
            syncFolder(parent);
        }
    }

    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        return new DirectoryWriter(this, key);
    }

    @Override
    public ObjectInput open(ObjectKey key) {
        return input(key, 0, Long.MAX_VALUE);
    }

    @Override
    public ObjectInput openRange(ObjectKey key, ByteRange range) {
        return input(key, range.begin(), range.end());
    }

    private ObjectInput input(ObjectKey key, long begin, long end) {
        try {
            return new FileInput(
                    key, FileChannel.open(file(key), StandardOpenOption.READ), begin, end);
        } catch (NoSuchFileException _) {
            throw MemoryStore.missing(key, describe());
        } catch (IOException failure) {
            throw unavailable(failure, file(key).toString());
        }
    }

    @Override
    public OptionalLong bytes(ObjectKey key) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file(key), BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? OptionalLong.of(attributes.size())
                    : OptionalLong.empty();
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        } catch (IOException failure) {
            throw unavailable(failure, file(key).toString());
        }
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> each) {
        int slash = prefix.lastIndexOf('/');
        Path folder = slash < 0 ? root : root.resolve(prefix.substring(0, slash));
        if (!folder.normalize().startsWith(root)) {
            throw new IllegalArgumentException("not a prefix of keys: " + prefix);
        }
        try {
            list(folder, slash < 0 ? "" : prefix.substring(0, slash + 1), prefix, each);
        } catch (IOException failure) {
            throw unavailable(failure, folder.toString());
        }
    }

    private void list(Path folder, String folderKey, String prefix, Consumer<StoredObject> each)
            throws IOException {
        for (Entry entry : entries(folder, folderKey, prefix)) {
            if (entry.isFolder) {
                list(folder.resolve(entry.name()), entry.key, prefix, each);
            } else {
                each.accept(new StoredObject(ObjectKey.of(entry.key), entry.bytes, entry.stored));
            }
        }
    }

    /// One file or folder; a folder's key ends in `/`, so that sorting by keys is sorting of all
    /// that lies below them.
    private record Entry(String key, boolean isFolder, long bytes, Instant stored) {
        String name() {
            String path = isFolder ? key.substring(0, key.length() - 1) : key;
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private static List<Entry> entries(Path folder, String folderKey, String prefix)
            throws IOException {
        var entries = new ArrayList<Entry>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String key = folderKey + child.getFileName();
                if (!ObjectKey.isKey(key)) {
                    continue; // temporary files, and whatever somebody else put here
                }
                addEntry(child, key, prefix, entries);
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of(); // nothing was ever stored under this prefix
        }
        entries.sort(Comparator.comparing(Entry::key));
        return entries;
    }

    private static void addEntry(Path child, String key, String prefix, List<Entry> entries)
            throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(child, BasicFileAttributes.class);
        } catch (NoSuchFileException _) {
            return; // deleted meanwhile
        }
        String sortKey = attributes.isDirectory() ? key + "/" : key;
        if (sortKey.startsWith(prefix)
                || (attributes.isDirectory() && prefix.startsWith(sortKey))) {
            entries.add(
                    new Entry(
                            sortKey,
                            attributes.isDirectory(),
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
        }
    }

    @Override
    public boolean delete(ObjectKey key) {
        Path file = file(key);
        try {
            boolean deleted = Files.deleteIfExists(file);
            if (deleted) {
                syncFolder(folder(key));
            }
            return deleted;
        } catch (IOException failure) {
            throw unavailable(failure, file.toString());
        }
    }

    /// Removes temporary files of writers that crashed: those not written to for longer than the
    /// given age.
    ///
    /// @return how many files went
    public int removeLeftovers(InstantSource clock, Duration ageMin) {
        int removed = 0;
        Instant youngest = clock.instant().minus(ageMin);
        Path folder = root.resolve(TEMPORARY_FOLDER);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (Files.getLastModifiedTime(child).toInstant().isBefore(youngest)
                        && Files.deleteIfExists(child)) {
                    removed++;
                }
            }
        } catch (NoSuchFileException _) {
            return removed; // no folder, or a writer ended meanwhile
        } catch (IOException failure) {
            throw unavailable(failure, folder.toString());
        }
        return removed;
    }

    @Override
    public String describe() {
        return root.toString();
    }

    static UnavailableException unavailable(IOException failure, String where) {
        String reason = String.valueOf(failure.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        // The JDK gives no errno; these are strerror's texts for ENOSPC and EDQUOT.
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return new UnavailableException(
                    Problem.of(StoreError.STORE_FULL)
                            .what("no space is left for the object")
                            .where("%s", where)
                            .remedy(
                                    "Free space with 'df -h' as a guide, or move the repository; then run the command again."),
                    failure);
        }
        return new UnavailableException(
                Problem.of(StoreError.STORE_UNAVAILABLE)
                        .what("%s: %s", failure.getClass().getSimpleName(), reason)
                        .where("%s", where)
                        .remedy("Check that the file system is mounted, writable and healthy."),
                failure);
    }
}
