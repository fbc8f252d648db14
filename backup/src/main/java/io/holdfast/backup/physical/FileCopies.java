package io.holdfast.backup.physical;

import io.holdfast.core.TaskScope;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.repository.physical.StoredSegment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Copies all files of a plan, several segments at a time, of one file or of many, and writes their
/// lines.
final class FileCopies {
    private static final int PIECE_BYTES = 1 << 20;

    private final BackupWriter backup;
    private final JsonLines.Writer lines;
    private final SegmentCopy segments;
    private final Stages stages;
    private final @Nullable Increment increment;
    private final LongAdder pageCount = new LongAdder();
    private final LongAdder storedCount = new LongAdder();

    /// @param increment where unchanged pages are; null if all are to be stored
    FileCopies(
            BackupWriter backup,
            JsonLines.Writer lines,
            SegmentCopy segments,
            Stages stages,
            @Nullable Increment increment) {
        this.backup = backup;
        this.lines = lines;
        this.segments = segments;
        this.stages = stages;
        this.increment = increment;
    }

    /// Copies everything. When this returns, every line but the last is written.
    void run(FilePlan plan, int threads) {
        plan.folders().forEach(folder -> lines.write(new PhysicalFile.Folder(folder)));
        try (var scope = new TaskScope("physical-backup", threads)) {
            for (TablespaceFile file : plan.tablespaces()) {
                var copy = new FileCopy(file);
                for (int segment = 0; segment < copy.plannedCount; segment++) {
                    int number = segment;
                    scope.fork(() -> {
                        copy.segment(number);
                        return null;
                    });
                }
            }
            for (FilePlan.OtherFile file : plan.others()) {
                scope.fork(() -> {
                    lines.write(new PhysicalFile.Other(file.path(), copyWhole(file)));
                    return null;
                });
            }
            scope.join();
        }
    }

    /// Copies files that do not change any more.
    void run(List<FilePlan.OtherFile> files) {
        files.forEach(file -> lines.write(new PhysicalFile.Other(file.path(), copyWhole(file))));
    }

    long pageCount() {
        return pageCount.sum();
    }

    long storedCount() {
        return storedCount.sum();
    }

    private StreamRef copyWhole(FilePlan.OtherFile file) {
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, Math.max(1, file.bytes()))];
        try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ);
                StreamWriter out = backup.openStream()) {
            // As long as it was when it was first looked at: log tables grow all the time.
            for (long at = 0; at < file.bytes(); ) {
                int wanted = (int) Math.min(piece.length, file.bytes() - at);
                int read = Reading.at(file.file(), channel, piece, at, wanted);
                out.write(piece, 0, read);
                at += read;
                if (read < wanted) {
                    throw Unreadable.shorter(file.file(), at, file.bytes());
                }
            }
            return out.finish();
        } catch (IOException failure) {
            throw Unreadable.file(file.file(), failure);
        }
    }

    /// One tablespace's file, whose segments end in any order.
    private final class FileCopy {
        private final TablespaceFile file;
        private final int plannedCount;
        private final AtomicInteger left;
        private final ConcurrentSkipListMap<Integer, StreamRef> maps =
                new ConcurrentSkipListMap<>();
        private final LongAdder pages = new LongAdder();
        private final @Nullable Before before;

        FileCopy(TablespaceFile file) {
            this.file = file;
            this.before = increment == null ? null : increment.before(file);
            this.plannedCount =
                    (int) Math.max(1, Math.ceilDiv(file.pageCount(), PageSegment.PAGES_MAX));
            this.left = new AtomicInteger(plannedCount);
        }

        void segment(int number) {
            boolean isLast = number == plannedCount - 1;
            SegmentCopy.Copied copied = take(number, isLast);
            // The file may have grown by whole segments since.
            for (int next = number + 1;
                    isLast && copied != null && copied.pageCount() == PageSegment.PAGES_MAX;
                    next++) {
                copied = take(next, true);
            }
            if (left.decrementAndGet() == 0) {
                lines.write(line());
                if (before != null) {
                    before.endsAt(maps.size());
                }
            }
        }

        private SegmentCopy.@Nullable Copied take(int number, boolean isLast) {
            SegmentCopy.Copied copied = segments.copy(file, number, isLast, before);
            if (copied != null) {
                maps.put(number, copied.map());
                pages.add(copied.pageCount());
                pageCount.add(copied.pageCount());
                storedCount.add(copied.storedCount());
                note(number, copied);
            }
            return copied;
        }

        private void note(int number, SegmentCopy.Copied copied) {
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

        private PhysicalFile line() {
            return new PhysicalFile.Tablespace(
                    file.path(),
                    file.outside(),
                    file.space(),
                    file.flags(),
                    file.pageBytes(),
                    pages.sum() * file.pageBytes(),
                    List.copyOf(maps.values()),
                    file.identity());
        }
    }
}
