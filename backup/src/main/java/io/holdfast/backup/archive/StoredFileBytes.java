package io.holdfast.backup.archive;

import io.holdfast.binlog.ByteSource;
import io.holdfast.core.BinlogPosition;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartName;
import io.holdfast.repository.format.ContainerInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of one binary-log file, magic number in front, as far as a history's parts have them
/// without a hole. Opens a part when its first byte is wanted, and asks for no more than is read.
///
/// Confined to one thread.
final class StoredFileBytes implements ByteSource, AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};

    private final HistoryArchive history;
    private final String file;
    private final List<PartName> parts;
    private long offset;
    private long openEnd;
    private @Nullable ContainerInput open;

    StoredFileBytes(HistoryArchive history, String file) {
        this.history = history;
        this.file = file;
        long number = new BinlogPosition(file, 0).fileNumber();
        this.parts =
                history.parts().stream()
                        .filter(part -> part.fileNumber() == number && part.byteCount() > 0)
                        .toList();
    }

    /// @throws io.holdfast.core.CorruptDataException if a part is missing or damaged
    @Override
    public int read(byte[] bytes, int index, int byteCountMax) {
        if (offset < MAGIC.length) {
            bytes[index] = MAGIC[(int) offset++];
            return 1;
        }
        ContainerInput from = open;
        if (from == null || offset == openEnd) {
            from = next();
        }
        if (from == null) {
            return -1;
        }
        int read = from.read(bytes, index, (int) Math.min(byteCountMax, openEnd - offset));
        offset += Math.max(0, read);
        return read;
    }

    /// Opens the part that has the next byte and reaches furthest; null if none has it.
    private @Nullable ContainerInput next() {
        close();
        PartName furthest = null;
        for (PartName part : parts) {
            boolean hasNext = part.begin() <= offset && part.end() > offset;
            if (hasNext && (furthest == null || part.end() > furthest.end())) {
                furthest = part;
            }
        }
        if (furthest == null || !history.describe(furthest).range().file().equals(file)) {
            return null;
        }
        ContainerInput opened = history.openPart(furthest).openAt(offset);
        open = opened;
        openEnd = furthest.end();
        return opened;
    }

    @Override
    public void close() {
        ContainerInput from = open;
        open = null;
        if (from != null) {
            from.close();
        }
    }
}
