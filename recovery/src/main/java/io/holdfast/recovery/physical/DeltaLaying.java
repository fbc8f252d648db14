package io.holdfast.recovery.physical;

import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoFile;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.physical.PhysicalFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Makes the data directory of a stopped server that of a backup, and writes only what differs.
///
/// 1. The [RedoBarrier] goes up: from here on no server starts on the folder.
/// 2. Files that the backup does not have are removed, put aside or left alone ([Leftover]);
///    tablespaces get the backup's names.
/// 3. Every page of the backup is compared with the one that is there, and written if it differs.
/// 4. All that is made durable.
/// 5. The backup's redo log replaces the barrier.
///
/// It may break off anywhere: running it again, with this or with another backup, completes it.
///
/// Reads everything twice, the repository and the folder, and so pays where writing is dear or
/// little has changed. What a page map says is not enough to read less: nothing tells what a page
/// in the folder holds but the page.
public final class DeltaLaying {
    private static final String ASIDE = "replaced";

    private final BackupReader backup;
    private final PhysicalSection section;
    private final RecoveredFolder recovered;
    private final LaidFolder folder;
    private final RedoBarrier barrier;
    private final int threads;
    private final Progress progress;
    private final PageTally tally = new PageTally();
    private final List<PhysicalFile> files = new ArrayList<>();
    private DeltaPlan plan =
            new DeltaPlan(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    private String asideFolder = "";
    private boolean hasDoublewrite;
    private long presentBytes;

    /// @param recovered of a [DeltaTarget]
    public DeltaLaying(
            BackupReader backup, RecoveredFolder recovered, int threads, Progress progress) {
        this.backup = backup;
        this.section = PageLaying.sectionOf(backup);
        this.recovered = recovered;
        this.folder = new LaidFolder(backup.manifest().backup(), recovered.data());
        this.barrier = new RedoBarrier(folder);
        this.threads = threads;
        this.progress = progress;
    }

    /// Decides what is done with each file; touches nothing.
    ///
    /// @throws RefusedException if a link or a folder is in the place of a file, as to write
    ///   through it would change something elsewhere
    public void plan() {
        PageLaying.each(backup, section, files::add);
        if (files.size() != section.fileCount()) {
            throw FileDamage.at(
                    backup,
                    "list of files",
                    Text.format("it has %d lines, expected %d", files.size(), section.fileCount()));
        }
        files.forEach(this::mustBePossible);
        PresentFiles present = PresentFiles.of(recovered.data());
        presentBytes = present.bytes();
        hasDoublewrite = present.files().stream().anyMatch(file -> file.path().endsWith(".dblwr"));
        plan = DeltaPlan.of(files, present);
        if (!plan.blocked().isEmpty()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.DELTA_REFUSED)
                            .what("it is no plain file or folder, as the backup has it there")
                            .where("%s", folder.place(plan.blocked().getFirst()))
                            .remedy("Restore into a new folder, without --delta."));
        }
    }

    /// What lies elsewhere is laid down in the data directory, and a server that knows both places
    /// refuses two files of one tablespace.
    private void mustBePossible(PhysicalFile file) {
        folder.place(file.path());
        if (recovered.isInside()
                && file instanceof PhysicalFile.Tablespace tablespace
                && tablespace.outside() != null
                && Files.exists(Path.of(tablespace.outside()))) {
            throw new RefusedException(
                    Problem.of(RecoveryError.DELTA_REFUSED)
                            .what("a tablespace of the server lies outside of its data directory")
                            .where("%s", tablespace.outside())
                            .remedy(
                                    "Restore into a new folder, without --delta; or move that file away: it will be"
                                            + " %s.",
                                    folder.place(file.path())));
        }
    }

    /// Bytes that the folder takes more than when it was planned.
    public long neededBytes() {
        long fileBytes = files.stream().mapToLong(PageLaying::bytes).sum();
        return Math.max(0, fileBytes + section.redo().bytes() - presentBytes);
    }

    /// Keeps servers off; also again, should the server not have become the backup's.
    ///
    /// @param logUuid of the barrier's redo log
    /// @param creator as in [PageLaying#layRedo]
    public void raiseBarrier(long logUuid, String creator) {
        barrier.raise(section.startLsn(), logUuid, creator);
    }

    /// Puts the files in order, behind the barrier.
    public void prepare() {
        plan.moves()
                .forEach(move ->
                        folder.move(folder.place(move.from()), folder.place(move.parked())));
        plan.removed().forEach(path -> folder.remove(folder.place(path)));
        setAside();
        plan.moves()
                .forEach(move -> folder.move(folder.place(move.parked()), folder.place(move.to())));
        for (String path : plan.emptied()) {
            Path place = folder.place(path);
            LaidFolder.doing(
                    place,
                    () -> {
                        try (var entries = Files.newDirectoryStream(place)) {
                            if (!entries.iterator().hasNext()) {
                                Files.delete(place);
                            }
                        }
                    });
        }
    }

    /// Each run has a folder of its own for what it puts aside, as names repeat.
    private void setAside() {
        if (plan.aside().isEmpty()) {
            return;
        }
        int run = 1;
        while (Files.exists(recovered.own().resolve(ASIDE + "-" + run))) {
            run++;
        }
        Path to = recovered.own().resolve(ASIDE + "-" + run);
        folder.makeFolder(to);
        for (String path : plan.aside()) {
            folder.move(folder.place(path), to.resolve(path));
        }
        asideFolder = to.toString();
    }

    /// Compares and writes all but the redo log.
    ///
    /// @throws io.holdfast.core.CorruptDataException naming file and page, if the backup is not as
    ///   it was written
    public void layFiles() {
        try (var scope = TaskScope.ofPlatformThreads("delta", threads);
                Progress.Work work =
                        progress.begin(
                                "comparing pages",
                                Progress.Unit.BYTES,
                                section.pageCount() * section.pageBytes())) {
            for (PhysicalFile file : files) {
                switch (file) {
                    case PhysicalFile.Folder(String path) -> folder.makeFolder(folder.place(path));
                    case PhysicalFile.Other other -> layOther(other, scope);
                    case PhysicalFile.Tablespace tablespace ->
                            layTablespace(tablespace, scope, work);
                }
            }
            scope.join();
        }
    }

    private void layTablespace(PhysicalFile.Tablespace file, TaskScope scope, Progress.Work work) {
        PageLaying.mustBePossible(backup, file);
        Path place = folder.place(file.path());
        folder.sizeFile(place, file.bytes());
        for (int i = 0; i < file.segments().size(); i++) {
            var segment = new SegmentLaying(backup, file, i, work);
            scope.fork(() -> {
                segment.lay(
                        place,
                        (opened, pageBytes) ->
                                new PageWriter.Differing(
                                        FileChannel.open(
                                                opened,
                                                StandardOpenOption.READ,
                                                StandardOpenOption.WRITE),
                                        pageBytes,
                                        tally));
                return null;
            });
        }
    }

    /// Files that are not InnoDB's are few and small: they are written anew.
    private void layOther(PhysicalFile.Other file, TaskScope scope) {
        if (file.path().equals(PageLaying.IDENTITY)) {
            return;
        }
        Path place =
                file.path().equals(PageLaying.PERSISTED)
                        ? recovered.own().resolve(PageLaying.PERSISTED_ASIDE)
                        : folder.place(file.path());
        folder.remove(place);
        folder.makeFile(place, file.content().bytes());
        scope.fork(() -> {
            OtherFile.copy(backup, file, folder, place);
            return null;
        });
    }

    /// Makes it all durable, and then one moment: the redo log replaces the barrier.
    public void layRedo(long logUuid, String creator) {
        folder.remove(folder.place(RedoBarrier.NEW_LOGS));
        new RedoLaying(backup, section, RedoFile.BYTES_MAX)
                .lay(folder, RedoBarrier.NEW_LOGS, logUuid, creator);
        folder.sync(threads);
        barrier.replaceBy();
    }

    public DeltaReport report() {
        var hints = new ArrayList<String>();
        if (!hasDoublewrite) {
            hints.add(
                    "no *.dblwr files were found; if the old server's innodb_doublewrite_dir is"
                            + " elsewhere, remove them there before a server starts with that option");
        }
        if (recovered.isInside()
                && plan.aside().stream().noneMatch(path -> path.endsWith(PresentFiles.INDEX))) {
            hints.add(
                    "no index of binary logs was found; if the old server's log_bin is elsewhere, move"
                            + " its index away before a server starts with that option: it would count"
                            + " their transactions as executed");
        }
        for (PhysicalFile file : files) {
            if (file instanceof PhysicalFile.Tablespace tablespace
                    && tablespace.outside() != null) {
                hints.add(
                        Text.format(
                                "%s now lies in the data directory; %s, if it is there, was left as it is",
                                tablespace.path(), tablespace.outside()));
            }
        }
        return new DeltaReport(
                tally.pagesCompared(),
                tally.pagesWritten(),
                tally.bytesWritten(),
                plan.moves().stream().map(move -> move.from() + " -> " + move.to()).toList(),
                plan.removed(),
                plan.aside(),
                asideFolder,
                plan.kept(),
                hints);
    }
}
