package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.physical.Base;
import io.holdfast.backup.physical.DistinctPaths;
import io.holdfast.backup.physical.RateLimit;
import io.holdfast.client.CloneReceiver;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.innodb.SpaceId;
import io.holdfast.innodb.TablespaceFlags;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.wire.WireError;
import io.holdfast.wire.clone.CloneDescriptor;
import io.holdfast.wire.clone.ClonePhase;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Takes a clone as it comes and stores it.
///
/// The snapshot's moment is that at which the server stops keeping redo for the clone: behind the
/// end of the pages' phase, which it waits for us to acknowledge, and before the redo's begins. So
/// what it had executed before the acknowledgement is in the snapshot, and nothing is that it has
/// not executed when all has come. Source: MySQL 9.7 `storage/innobase/clone/clone0copy.cc`,
/// `Clone_Snapshot::init_redo_copy`.
///
/// Confined to one thread.
final class CloneCapture implements CloneReceiver, AutoCloseable {
    private static final long MAPS_BYTES_MAX = 1L << 40;

    private final CloneSource source;
    private final Session beside;
    private final BackupWriter backup;
    private final RateLimit rate;
    private final Progress progress;
    private final SpoolFile maps;
    private final SpoolFile redoSpool;
    private final ClonedPages pages;
    private final ClonedRedo redo;
    private final Set<String> folders = new TreeSet<>();
    private final DistinctPaths paths = new DistinctPaths();
    private Progress.@Nullable Work work;
    private GtidSet before = GtidSet.EMPTY;
    private long lsnBefore;
    private Instant snapshot = Instant.EPOCH;
    private long receivedBytes;

    /// @param beside a session that asks what the clone protocol does not tell
    /// @param base whose pages need not be stored again; null if all are to be
    CloneCapture(
            CloneSource source,
            Session beside,
            BackupWriter backup,
            CloneBackupOptions options,
            @Nullable Base base,
            Progress progress) {
        this.source = source;
        this.beside = beside;
        this.backup = backup;
        this.rate = new RateLimit(options.bytesPerSecond());
        this.progress = progress;
        this.maps = SpoolFile.create(options.spoolFolder(), MAPS_BYTES_MAX);
        this.redoSpool = SpoolFile.create(options.spoolFolder(), options.spoolBytesMax());
        this.pages = new ClonedPages(backup, maps, new EarlierPages(base));
        this.redo = new ClonedRedo(redoSpool, "server " + beside.server());
    }

    /// What was stored.
    ///
    /// @param before what the server had certainly executed at the snapshot
    /// @param after what it can have executed at most
    record Taken(
            StreamRef files,
            ClonedRedo.Taken redo,
            GtidSet before,
            GtidSet after,
            Instant snapshot,
            long lineCount,
            long fileCount,
            long pageCount,
            long storedCount,
            long tornCount,
            long receivedBytes) {}

    @Override
    public void begin(CloneDescriptor.State phase) {
        if (phase.phase() == ClonePhase.REDO) {
            snapshot = Instant.now();
        }
        String title =
                switch (phase.phase()) {
                    case FILES -> "copying files";
                    case PAGES -> "copying pages that changed meanwhile";
                    case REDO -> "copying the redo log";
                    case INIT, DONE -> "";
                };
        if (!title.isEmpty()) {
            work = progress.begin(title, Progress.Unit.BYTES, phase.estimateBytes());
        }
    }

    @Override
    public void file(CloneDescriptor.File file) {
        if (file.isEncrypted()) {
            throw CloneSource.encrypted("the file is encrypted", file.name());
        }
        if (file.isChangedByDdl()) {
            throw unexpected("DDL changed " + file.name() + " although it is locked out");
        }
        if (file.phase() == ClonePhase.REDO) {
            redo.file(file);
        } else if (isTablespace(file) && !pages.has(file.index())) {
            ClonedFile cloned = cloned(file);
            pages.add(file.index(), cloned, file.fileBytes());
            addFolders(cloned.path());
        }
    }

    /// The first file of all is the list of pages to warm up with, of no tablespace.
    private static boolean isTablespace(CloneDescriptor.File file) {
        return file.space() != SpaceId.NONE && !SpaceId.isTemporary(file.space());
    }

    private ClonedFile cloned(CloneDescriptor.File file) {
        TablespaceFlags flags;
        try {
            flags = new TablespaceFlags(file.spaceFlags());
        } catch (IllegalArgumentException impossible) {
            throw unexpected(file.name() + ": " + impossible.getMessage());
        }
        ClonedPath path =
                ClonedPath.of(
                        source.dataFolder(),
                        file.name(),
                        () -> tablespace(file.space()),
                        file.space() == SpaceId.SYSTEM);
        paths.add(path.path(), file.name());
        return new ClonedFile(
                path.path(), path.outside(), file.space(), file.spaceFlags(), flags.pageSize());
    }

    private String tablespace(long space) {
        Rows rows =
                beside.query(
                        "SELECT NAME FROM information_schema.INNODB_TABLESPACES WHERE SPACE = "
                                + space);
        return rows.isEmpty() ? "" : rows.row(0).string(0);
    }

    private void addFolders(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            folders.add(path.substring(0, slash));
        }
    }

    @Override
    public void block(CloneDescriptor.Block block, byte[] bytes) {
        rate.take(block.byteCount());
        receivedBytes += block.byteCount();
        if (work != null) {
            work.advance(block.byteCount());
        }
        if (block.phase() == ClonePhase.REDO) {
            redo.take(block, bytes);
        } else if (pages.has(block.file())) {
            pages.take(block, bytes);
        }
    }

    @Override
    public void end(CloneDescriptor.State phase) {
        endWork();
        if (phase.phase() == ClonePhase.FILES) {
            // The donor begins to keep redo, at a later checkpoint, when it learns of the end.
            pages.memoryBegins(CloneSource.checkpointLsn(beside));
        } else if (phase.phase() == ClonePhase.PAGES) {
            before = CloneSource.executed(beside);
            lsnBefore = CloneSource.currentLsn(beside);
        } else if (phase.phase() == ClonePhase.REDO) {
            // DDL still waits; some may have come between the first look and the donor's lock.
            CloneSource.demandOnlyInnodb(beside);
            folders.addAll(SchemaFolders.of(beside));
        }
    }

    private void endWork() {
        if (work != null) {
            work.close();
            work = null;
        }
    }

    /// Stores what could not be stored before all had come.
    Taken finish() {
        if (snapshot.equals(Instant.EPOCH)) {
            throw unexpected("the clone ended without redo");
        }
        ClonedRedo.Taken log = redo.store(backup);
        if (Math.max(pages.newestLsn(), lsnBefore) > log.endLsn()) {
            throw new CorruptDataException(
                    Problem.of(BackupError.REDO_LOST)
                            .what(
                                    "the redo ends at LSN %d, the newest page is of %d, and the server was at %d"
                                            + " when they had come",
                                    log.endLsn(), pages.newestLsn(), lsnBefore)
                            .where("server %s, clone", beside.server())
                            .remedy("Run the backup again; on the server's host if it repeats."));
        }
        try (StreamWriter files = backup.openStream()) {
            var lines = new JsonLines.Writer(files);
            folders.forEach(folder -> lines.write(new PhysicalFile.Folder(folder)));
            LogTables.write(backup, lines);
            pages.finish(lines);
            long lineCount = lines.count();
            lines.end();
            return new Taken(
                    files.finish(),
                    log,
                    before,
                    CloneSource.executed(beside),
                    snapshot,
                    lineCount,
                    pages.fileCount(),
                    pages.pageCount(),
                    pages.storedCount(),
                    pages.suspectCount(),
                    receivedBytes);
        }
    }

    private CorruptDataException unexpected(String what) {
        return new CorruptDataException(
                Problem.of(WireError.PROTOCOL_UNEXPECTED)
                        .what("%s", what)
                        .where("server %s, clone", beside.server())
                        .remedy("Take the backup on the server's host, without `--via-clone`."));
    }

    @Override
    public void close() {
        endWork();
        pages.close();
        maps.close();
        redoSpool.close();
    }
}
