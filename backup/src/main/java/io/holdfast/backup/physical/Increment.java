package io.holdfast.backup.physical;

import io.holdfast.innodb.SpaceId;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How an incremental backup finds what changed: by what earlier backups have, and by the server's
/// list if there is one. Thread-safe.
///
/// The list has what the server wrote through its buffer pool. Two things go past it: `IMPORT
/// TABLESPACE`, which puts another file in place of the table's and keeps its number, and the
/// shutdown, which notes an LSN in the system tablespace. So the list is believed only of a file
/// that is the very file that it was, by the file system's account, and never of the system
/// tablespace.
///
/// The list counts from the base. What unfinished backups stored since is of no use beside it: to
/// find their pages everything would have to be read, and what they would spare is what changed
/// since the base.
final class Increment {
    private final List<Base> unfinished;
    private final @Nullable Base base;
    private final @Nullable TrackedPages tracked;
    private final long untilLsn;

    private Increment(
            List<Base> unfinished,
            @Nullable Base base,
            @Nullable TrackedPages tracked,
            long untilLsn) {
        this.unfinished = List.copyOf(unfinished);
        this.base = base;
        this.tracked = tracked;
        this.untilLsn = untilLsn;
    }

    /// By the server's list of what changed from the base up to `untilLsn`.
    static Increment tracked(Base base, TrackedPages tracked, long untilLsn) {
        return new Increment(List.of(), base, tracked, untilLsn);
    }

    /// By reading all pages.
    ///
    /// @param unfinished newest first, all newer than the base
    static Increment scan(List<Base> unfinished, @Nullable Base base) {
        return new Increment(unfinished, base, null, 0);
    }

    /// What earlier backups have of a file; null if none has anything. To be asked once for each
    /// file.
    @Nullable Before before(TablespaceFile file) {
        List<Before.Of> partly = new ArrayList<>();
        for (Base earlier : unfinished) {
            PhysicalFile.Tablespace line =
                    earlier.claim(file.space(), file.path(), file.pageBytes());
            if (line != null) {
                partly.add(new Before.Of(earlier, line));
            }
        }
        PhysicalFile.Tablespace line =
                base == null ? null : base.claim(file.space(), file.path(), file.pageBytes());
        if (base == null || line == null) {
            return partly.isEmpty() ? null : new Before(partly, null, null);
        }
        var whole = new Before.Of(base, line);
        boolean hasList = tracked != null && isTracked(base, file, line, tracked);
        return new Before(partly, whole, hasList ? tracked : null);
    }

    private boolean isTracked(
            Base whole, TablespaceFile file, PhysicalFile.Tablespace line, TrackedPages pages) {
        boolean isFirstUntouched =
                file.headerLsn() < whole.sinceLsn() || file.headerLsn() > untilLsn;
        return file.space() != SpaceId.SYSTEM
                && file.identity() != null
                && file.identity().equals(line.identity())
                && (isFirstUntouched || pages.contains(file.space(), 0));
    }

    /// The backups that pages are taken from and that never came to their end, newest first.
    List<BackupId> unfinished() {
        return unfinished.stream().map(Base::backup).toList();
    }

    boolean isTracked() {
        return tracked != null;
    }
}
