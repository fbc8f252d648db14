package io.holdfast.backup.physical;

import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.repository.physical.StoredSegment;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The copy of one tablespace's file: its segments, which end in any order. What it needs of
/// earlier backups is told at the end only, because another copy may take this one's place.
///
/// Thread-safe.
final class FileCopy {
    private final TablespaceFile file;
    private final @Nullable Before before;
    private final int plannedCount;
    private final Map<Integer, SegmentParts> parts = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Integer, StreamRef> maps = new ConcurrentSkipListMap<>();
    private final Queue<Before.Account> accounts = new ConcurrentLinkedQueue<>();
    private final LongAdder pageCount = new LongAdder();
    private final LongAdder storedCount = new LongAdder();
    private volatile boolean isSpoilt;

    /// @param before what the base has of it; null if it has nothing
    FileCopy(TablespaceFile file, @Nullable Before before) {
        this.file = file;
        this.before = before;
        this.plannedCount =
                (int) Math.max(1, Math.ceilDiv(file.pageCount(), PageSegment.PAGES_MAX));
    }

    /// A copy of the same file as it is now, in place of this one.
    FileCopy again(TablespaceFile now) {
        return new FileCopy(now, before == null ? null : before.untracked());
    }

    /// Segments that the file was planned with.
    int plannedCount() {
        return plannedCount;
    }

    /// Parts in which a planned segment is copied, by as many threads as there are. One if an
    /// earlier backup has something of the file: then most of it will not be stored.
    int partCount(int number) {
        return before == null ? PageRange.partCount(file, number) : 1;
    }

    /// Copies a part of a segment, and after the last of all what the file has got meanwhile.
    void copy(int number, int part, SegmentCopy segments, Stages stages) {
        boolean isLast = number == plannedCount - 1;
        SegmentCopy.Copied copied =
                partCount(number) == 1
                        ? segments.copy(file, number, isLast, before)
                        : copyPart(number, part, isLast, segments);
        take(number, copied, stages);
        // The file may have grown by whole segments since.
        for (int next = number + 1;
                isLast && copied != null && copied.pageCount() == PageSegment.PAGES_MAX;
                next++) {
            copied = segments.copy(file, next, true, before);
            take(next, copied, stages);
        }
    }

    /// Returns the segment if this was the last part of it to be copied; else null.
    private SegmentCopy.@Nullable Copied copyPart(
            int number, int part, boolean isLast, SegmentCopy segments) {
        SegmentParts whole =
                parts.computeIfAbsent(number, _ -> new SegmentParts(partCount(number)));
        PageRange range = PageRange.part(file, number, part, isLast);
        if (!whole.add(part, segments.copyPart(file, range))) {
            return null;
        }
        parts.remove(number);
        return segments.join(whole);
    }

    private void take(int number, SegmentCopy.@Nullable Copied copied, Stages stages) {
        if (copied != null) {
            maps.put(number, copied.map());
            accounts.add(copied.account());
            pageCount.add(copied.pageCount());
            storedCount.add(copied.storedCount());
            note(number, copied, stages);
        }
    }

    private void note(int number, SegmentCopy.Copied copied, Stages stages) {
        if (!copied.packs().isEmpty()) {
            stages.stored(
                    new StoredSegment(
                            file.path(),
                            file.space(),
                            file.pageBytes(),
                            number,
                            copied.map(),
                            copied.packs()));
        }
    }

    /// Says that something came in between, so that this copy is of no use.
    void spoil() {
        isSpoilt = true;
    }

    boolean isSpoilt() {
        return isSpoilt;
    }

    /// Whether the copy will do for the file as a later plan has it.
    boolean isOf(TablespaceFile now) {
        return !isSpoilt && now.isStill(file);
    }

    long pageCount() {
        return pageCount.sum();
    }

    long storedCount() {
        return storedCount.sum();
    }

    /// The file's line.
    ///
    /// @param now the file as the last plan has it, perhaps under another name
    PhysicalFile line(TablespaceFile now) {
        return new PhysicalFile.Tablespace(
                now.path(),
                now.outside(),
                now.space(),
                now.flags(),
                now.pageBytes(),
                pageCount() * now.pageBytes(),
                List.copyOf(maps.values()),
                now.identity());
    }

    /// Tells the base what is not needed of it beside this copy.
    void settle() {
        accounts.forEach(Before.Account::settle);
        if (before != null) {
            before.endsAt(maps.size());
        }
    }

    /// Tells the base that nothing is needed of the file, which is gone.
    void giveUp() {
        if (before != null) {
            before.endsAt(0);
        }
    }
}
