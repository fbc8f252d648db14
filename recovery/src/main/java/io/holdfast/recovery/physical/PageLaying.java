package io.holdfast.recovery.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Lays a physical backup's files down in a folder: what a server's data directory would hold had
/// the server crashed at the end of the backup.
///
/// Segments of files are laid down in parallel, each by its map; neither their order nor the
/// backups that their pages come from matter.
///
/// Files that lay elsewhere go into the data directory, too: a server finds tablespaces there by
/// their numbers, and notes where they are now.
///
/// A server's own identity (`auto.cnf`) stays away, so that the restored server makes one of its
/// own. The settings it persisted (`mysqld-auto.cnf`) are put beside the data directory, where no
/// server finds them by itself.
public final class PageLaying {
    static final String IDENTITY = "auto.cnf";
    static final String PERSISTED = "mysqld-auto.cnf";
    static final String PERSISTED_ASIDE = "original-mysqld-auto.cnf";

    private final BackupReader backup;
    private final PhysicalSection section;
    private final Path aside;
    private final LaidFolder folder;
    private final int threads;
    private final Progress progress;
    private final Predicate<PhysicalFile> wanted;
    private final AtomicLong fileCount = new AtomicLong();

    /// @param threads that read, prove and write
    public PageLaying(
            BackupReader backup, RecoveredFolder recovered, int threads, Progress progress) {
        this(backup, recovered, _ -> true, threads, progress);
    }

    /// @param wanted the files to lay down
    /// @param threads that read, prove and write
    public PageLaying(
            BackupReader backup,
            RecoveredFolder recovered,
            Predicate<PhysicalFile> wanted,
            int threads,
            Progress progress) {
        this.wanted = wanted;
        this.backup = backup;
        this.section = sectionOf(backup);
        this.aside = recovered.own();
        this.folder = new LaidFolder(backup.manifest().backup(), recovered.data());
        this.threads = threads;
        this.progress = progress;
    }

    static PhysicalSection sectionOf(BackupReader backup) {
        PhysicalSection section = backup.manifest().state().physical();
        if (section == null) {
            throw new IllegalArgumentException("not a physical backup");
        }
        return section;
    }

    /// Refuses what cannot be restored yet, before anything is touched.
    ///
    /// @throws RefusedException if the redo log is encrypted
    public static void mustBeRestorable(BackupReader backup) {
        PhysicalSection section = sectionOf(backup);
        if (section.isRedoEncrypted()) {
            throw refused(backup, "its redo log is encrypted, which cannot be restored yet");
        }
    }

    private static RefusedException refused(BackupReader backup, String why) {
        return new RefusedException(
                Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                        .what("%s", why)
                        .where("backup %s", backup.manifest().backup())
                        .remedy("Restore a logical backup: 'holdfast list' shows all."));
    }

    /// Bytes that the files take, the redo log apart; some less if they have holes.
    public static long fileBytes(BackupReader backup) {
        var bytes = new AtomicLong();
        each(backup, sectionOf(backup), file -> bytes.addAndGet(bytes(file)));
        return bytes.get();
    }

    /// Bytes that a file takes; some less if it has holes.
    static long bytes(PhysicalFile file) {
        return switch (file) {
            case PhysicalFile.Tablespace tablespace -> tablespace.bytes();
            case PhysicalFile.Other other -> other.content().bytes();
            case PhysicalFile.Folder _ -> 0;
        };
    }

    /// Lays all files but the redo log down.
    ///
    /// @throws CorruptDataException naming file and page, if anything is not as it was written
    public void layFiles() {
        folder.makeFolder(folder.folder());
        try (var scope = TaskScope.ofPlatformThreads("lay", threads);
                Progress.Work work =
                        progress.begin(
                                "laying down pages",
                                Progress.Unit.BYTES,
                                section.pageCount() * section.pageBytes())) {
            each(backup, section, file -> lay(file, scope, work));
            scope.join();
        }
        if (fileCount.get() != section.fileCount()) {
            throw FileDamage.at(
                    backup,
                    "list of files",
                    Text.format(
                            "it has %d lines, expected %d", fileCount.get(), section.fileCount()));
        }
    }

    static void each(BackupReader backup, PhysicalSection section, Consumer<PhysicalFile> take) {
        try (StreamInput lines = backup.open(section.files())) {
            JsonLines.read(
                    lines,
                    "backup " + backup.manifest().backup() + ", list of files",
                    PhysicalFile.class,
                    take);
        }
    }

    private void lay(PhysicalFile file, TaskScope scope, Progress.Work work) {
        fileCount.incrementAndGet();
        if (!wanted.test(file)) {
            return;
        }
        switch (file) {
            case PhysicalFile.Folder(String path) -> folder.makeFolder(folder.place(path));
            case PhysicalFile.Other other -> layOther(other, scope);
            case PhysicalFile.Tablespace tablespace -> layTablespace(tablespace, scope, work);
        }
    }

    private void layTablespace(PhysicalFile.Tablespace file, TaskScope scope, Progress.Work work) {
        mustBePossible(backup, file);
        Path place = folder.place(file.path());
        folder.makeFile(place, file.bytes());
        for (int i = 0; i < file.segments().size(); i++) {
            var segment = new SegmentLaying(backup, file, i, work);
            scope.fork(() -> {
                segment.lay(place, (made, _) -> PageWriter.Fresh.open(made));
                return null;
            });
        }
    }

    /// @throws CorruptDataException if its pages and its maps cannot belong together
    static void mustBePossible(BackupReader backup, PhysicalFile.Tablespace file) {
        long segmentBytes = (long) file.pageBytes() * PageSegment.PAGES_MAX;
        if (file.pageBytes() < 1
                || file.bytes() % file.pageBytes() != 0
                || Math.ceilDiv(file.bytes(), segmentBytes) != file.segments().size()) {
            throw FileDamage.at(
                    backup,
                    file.path(),
                    Text.format(
                            "the file has %d bytes in pages of %d, and %d page maps",
                            file.bytes(), file.pageBytes(), file.segments().size()));
        }
    }

    private void layOther(PhysicalFile.Other file, TaskScope scope) {
        if (file.path().equals(IDENTITY)) {
            return;
        }
        Path place =
                file.path().equals(PERSISTED)
                        ? aside.resolve(PERSISTED_ASIDE)
                        : folder.place(file.path());
        folder.makeFile(place, file.content().bytes());
        scope.fork(() -> {
            OtherFile.copy(backup, file, folder, place);
            return null;
        });
    }

    /// Puts the redo log in place.
    ///
    /// @param logUuid of the new log; any number
    /// @param creator as the server would name itself, such as `MySQL 9.7.4`
    /// @throws CorruptDataException if a block of it is not as the server wrote it
    public void layRedo(long logUuid, String creator) {
        new RedoLaying(backup, section, RedoFile.BYTES_MAX)
                .lay(folder, RedoFileName.FOLDER, logUuid, creator);
    }

    /// Makes everything durable.
    public void sync() {
        folder.sync(threads);
    }
}
