package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PhysicalFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The copies of a server's files. Each pass goes by a plan and copies what has no copy yet or has
/// become another file since, several parts at a time, of one file or of many. Lines are written of
/// the last plan's files alone.
///
/// Confined to one thread, which waits for its own. Memory: some 400 bytes for each file.
final class FileCopies {
    private static final int PIECE_BYTES = 1 << 20;

    /// What DDL may make of a file that is being read.
    private static final Set<BackupError> CAUSED_BY_DDL =
            Set.of(BackupError.FILE_UNREADABLE, BackupError.PAGE_CORRUPT);

    private final BackupWriter backup;
    private final Stages stages;
    private final @Nullable Increment increment;
    private final Map<String, FileCopy> tablespaces = new HashMap<>();
    private final Map<String, OtherCopy> others = new ConcurrentHashMap<>();
    private Map<String, StreamRef> rows = Map.of();

    private record OtherCopy(FilePlan.OtherFile file, StreamRef content) {}

    /// @param increment where unchanged pages are; null if all are to be stored
    FileCopies(BackupWriter backup, Stages stages, @Nullable Increment increment) {
        this.backup = backup;
        this.stages = stages;
        this.increment = increment;
    }

    /// How a pass is made.
    ///
    /// @param mayBeDdl whether DDL may have been at work, so that a file that cannot be read or has
    ///   a bad page is left to a later pass
    record Pass(SegmentCopy segments, int threads, BooleanSupplier mayBeDdl) {}

    /// The tablespaces of a plan that a pass would copy.
    List<TablespaceFile> uncopied(FilePlan plan) {
        return plan.tablespaces().stream().filter(file -> !isCopied(file)).toList();
    }

    private boolean isCopied(TablespaceFile file) {
        FileCopy copy = tablespaces.get(file.name());
        return copy != null && copy.isOf(file);
    }

    /// Makes a pass.
    void run(FilePlan plan, Pass pass) {
        try (var scope = TaskScope.ofPlatformThreads("physical-backup", pass.threads())) {
            for (TablespaceFile file : uncopied(plan)) {
                FileCopy copy = begin(file);
                for (int segment = 0; segment < copy.plannedCount(); segment++) {
                    fork(scope, copy, segment, pass);
                }
            }
            for (FilePlan.OtherFile file : plan.others()) {
                scope.fork(() -> {
                    copy(file, pass);
                    return null;
                });
            }
            scope.join();
        }
    }

    private void fork(TaskScope scope, FileCopy copy, int segment, Pass pass) {
        for (int part = 0; part < copy.partCount(segment); part++) {
            int number = part;
            scope.fork(() -> {
                copy(copy, segment, number, pass);
                return null;
            });
        }
    }

    private FileCopy begin(TablespaceFile file) {
        FileCopy earlier = tablespaces.get(file.name());
        FileCopy copy =
                earlier == null
                        ? new FileCopy(file, increment == null ? null : increment.before(file))
                        : earlier.again(file);
        tablespaces.put(file.name(), copy);
        return copy;
    }

    private void copy(FileCopy copy, int segment, int part, Pass pass) {
        if (copy.isSpoilt()) {
            return;
        }
        try {
            copy.copy(segment, part, pass.segments(), stages);
        } catch (UnavailableException | CorruptDataException failure) {
            if (!isExcused(failure, pass)) {
                throw failure;
            }
            copy.spoil();
        }
    }

    private void copy(FilePlan.OtherFile file, Pass pass) {
        OtherCopy earlier = others.get(file.path());
        if (earlier != null && file.isStill(earlier.file)) {
            return;
        }
        try {
            others.put(file.path(), new OtherCopy(file, copyWhole(file)));
        } catch (UnavailableException failure) {
            if (!isExcused(failure, pass)) {
                throw failure;
            }
        }
    }

    private static boolean isExcused(HoldfastException failure, Pass pass) {
        return failure.problem().code() instanceof BackupError code
                && CAUSED_BY_DDL.contains(code)
                && pass.mayBeDdl().getAsBoolean();
    }

    /// Copies the files of tables without transactions, which do not change any more, in place of
    /// those that were copied before.
    void copyRows(List<FilePlan.OtherFile> files) {
        Map<String, StreamRef> contents = new HashMap<>();
        files.forEach(file -> contents.put(file.path(), copyWhole(file)));
        rows = contents;
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

    /// What the files of the last plan came to.
    record Sums(long pageCount, long storedCount) {}

    /// Writes the lines of the last plan, all of which was copied, and settles with the base.
    Sums finish(FilePlan plan, JsonLines.Writer lines) {
        long pageCount = 0;
        long storedCount = 0;
        plan.folders().forEach(folder -> lines.write(new PhysicalFile.Folder(folder)));
        for (TablespaceFile file : plan.tablespaces()) {
            FileCopy copy = Objects.requireNonNull(tablespaces.remove(file.name()));
            copy.settle();
            lines.write(copy.line(file));
            pageCount += copy.pageCount();
            storedCount += copy.storedCount();
        }
        tablespaces.values().forEach(FileCopy::giveUp);
        for (FilePlan.OtherFile file : plan.others()) {
            StreamRef content = Objects.requireNonNull(others.get(file.path())).content();
            lines.write(new PhysicalFile.Other(file.path(), content));
        }
        rows.forEach((path, content) -> lines.write(new PhysicalFile.Other(path, content)));
        return new Sums(pageCount, storedCount);
    }
}
