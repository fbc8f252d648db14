package io.holdfast.recovery.physical;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.TablespaceFlags;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.Repository;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A data directory that may be made that of a backup, and no other process touches meanwhile. What
/// it holds is lost by that, so it must be a stopped server's, and of the very server that the
/// backup is of.
///
/// Its version does not matter, as every page is compared. What matters is that all of it lies in
/// one folder: a redo log, a system tablespace or undo logs elsewhere would stay what they are and
/// be put together with other pages.
public final class DeltaTarget implements AutoCloseable {
    static final String SYSTEM = "ibdata1";
    static final String UNDO = "undo_001";
    private static final String DICTIONARY = "mysql.ibd";
    private static final String LOCK = "lock";
    private static final Pattern SERVER_UUID =
            Pattern.compile("(?m)^\\s*server[-_]uuid\\s*=\\s*([0-9a-fA-F-]{36})\\s*$");

    private final RecoveredFolder folder;
    private final FileChannel lock;
    private final FileChannel system;

    private DeltaTarget(RecoveredFolder folder, FileChannel lock, FileChannel system) {
        this.folder = folder;
        this.lock = lock;
        this.system = system;
    }

    /// Checks the folder and keeps other restores off it, and servers until [#barred].
    ///
    /// @param place a folder that a restore made, or a data directory
    /// @throws RefusedException if it is no data directory of the backup's server, or a server runs
    ///   on it
    public static DeltaTarget open(Path place, BackupReader backup, Repository repository) {
        RecoveredFolder around = RecoveredFolder.at(place);
        RecoveredFolder folder =
                Files.isDirectory(around.data()) ? around : RecoveredFolder.inside(place);
        Path data = folder.data();
        for (String needed : List.of(SYSTEM, UNDO, DICTIONARY, RedoFileName.FOLDER)) {
            if (!Files.exists(data.resolve(needed), LinkOption.NOFOLLOW_LINKS)) {
                throw refused(
                        data,
                        "it has no " + needed + ", which every data directory has that is whole");
            }
        }
        mustBeOfPageSize(data, backup);
        LaidFolder.doing(data, lockSystem(data)::close);
        mustBeOfServer(folder, backup, repository);
        if (folder.isInside()) {
            PlacesElsewhere.of(data, backup.manifest().state().settings()).demandNone();
        }
        LaidFolder.doing(folder.own(), () -> Files.createDirectories(folder.own()));
        FileChannel lock = lock(folder);
        FileChannel system = null;
        try {
            system = lockSystem(data);
            return new DeltaTarget(folder, lock, system);
        } finally {
            if (system == null) {
                LaidFolder.doing(folder.own(), lock::close);
            }
        }
    }

    private static void mustBeOfPageSize(Path data, BackupReader backup) {
        int pageBytes = PageLaying.sectionOf(backup).pageBytes();
        LaidFolder.doing(
                data,
                () -> {
                    try (var system = new RandomAccessFile(data.resolve(SYSTEM).toFile(), "r")) {
                        system.seek(54);
                        int presentBytes =
                                new TablespaceFlags(system.readInt()).pageSize().logicalBytes();
                        if (presentBytes != pageBytes) {
                            throw refused(
                                    data,
                                    Text.format(
                                            "its pages have %d bytes, the backup's %d",
                                            presentBytes, pageBytes));
                        }
                    } catch (IllegalArgumentException _) {
                        throw refused(data, SYSTEM + " is no tablespace");
                    }
                });
    }

    /// A server locks its tablespaces, those that are read-only apart; and it works in its data
    /// directory. Source: MySQL 9.7 `storage/innobase/os/os0file.cc`, `os_file_lock`.
    ///
    /// @return the system tablespace, locked as a server does it; any other channel on it that this
    ///   process closes takes the lock away
    private static FileChannel lockSystem(Path data) {
        OptionalLong running = DataDirectory.open(data).runningServer();
        if (running.isPresent()) {
            throw runs(data, "process " + running.getAsLong(), running.getAsLong());
        }
        return locked(
                data.resolve(SYSTEM),
                Set.of(StandardOpenOption.WRITE),
                () -> runs(data, SYSTEM + " is locked", 0));
    }

    private static RefusedException runs(Path data, String how, long pid) {
        return new RefusedException(
                Problem.of(RecoveryError.DELTA_REFUSED)
                        .what("a server runs on it: %s", how)
                        .where("%s", data)
                        .remedy(
                                "Stop it first: `%s`.",
                                pid > 0 ? "kill " + pid : "mysqladmin shutdown"));
    }

    /// Its own `server_uuid`, or the marker of a folder that was restored from this repository.
    private static void mustBeOfServer(
            RecoveredFolder folder, BackupReader backup, Repository repository) {
        Optional<Marker> marker = folder.marker();
        if (marker.isPresent() && marker.get().repository().equals(repository.id().toString())) {
            return;
        }
        UUID wanted = backup.manifest().state().server().uuid();
        UUID present = serverUuid(folder.data());
        if (!wanted.equals(present)) {
            throw refused(
                    folder.data(),
                    Text.format(
                            "it belongs to server %s, the backup to server %s",
                            present == null ? "unknown" : present, wanted));
        }
    }

    private static @Nullable UUID serverUuid(Path data) {
        Path file = data.resolve(PageLaying.IDENTITY);
        try {
            Matcher found = SERVER_UUID.matcher(Files.readString(file));
            return found.find() ? UUID.fromString(found.group(1)) : null;
        } catch (IOException | IllegalArgumentException _) {
            return null;
        }
    }

    private static FileChannel lock(RecoveredFolder folder) {
        return locked(
                folder.own().resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                () -> refused(folder.data(), "another restore is at work in it"));
    }

    private static FileChannel locked(
            Path file, Set<StandardOpenOption> how, Supplier<RefusedException> refusal) {
        FileChannel[] opened = new FileChannel[1];
        LaidFolder.doing(
                file,
                () -> {
                    opened[0] = FileChannel.open(file, how);
                    boolean isOurs;
                    try {
                        isOurs = opened[0].tryLock() != null;
                    } catch (OverlappingFileLockException _) {
                        isOurs = false;
                    }
                    if (!isOurs) {
                        opened[0].close();
                        throw refusal.get();
                    }
                });
        return opened[0];
    }

    private static RefusedException refused(Path data, String why) {
        return new RefusedException(
                Problem.of(RecoveryError.DELTA_REFUSED)
                        .what("%s", why)
                        .where("%s", data)
                        .remedy("Restore into a new folder, without --delta."));
    }

    public RecoveredFolder folder() {
        return folder;
    }

    /// Stops keeping servers off: the [RedoBarrier] does it from here on.
    public void barred() {
        LaidFolder.doing(folder.data(), system::close);
    }

    /// Lets others at it.
    @Override
    public void close() {
        LaidFolder.doing(folder.data(), system::close);
        LaidFolder.doing(folder.own(), lock::close);
    }
}
