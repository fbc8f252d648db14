package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.archive.Continuity;
import io.holdfast.repository.archive.HistoryArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives a history's binary-log files back as the server wrote them, byte for byte, from its parts.
///
/// A file that the server encrypts comes out decrypted: that is what it sends to replicas.
public final class BinlogExport {
    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};

    private BinlogExport() {}

    /// A file of the archive.
    ///
    /// @param byteCount with the magic number in front
    /// @param isComplete whether the server has closed it and all of it is archived
    public record ArchivedFile(String file, long byteCount, boolean isComplete) {}

    /// What to export.
    ///
    /// @param file only this one; null for all
    /// @param withPartial whether a file that is still written, or whose end is missing, too
    public record Request(Path into, @Nullable String file, boolean withPartial) {}

    private record FilePieces(String file, List<Continuity.Piece> pieces, boolean isComplete) {
        boolean hasBeginning() {
            return pieces.getFirst().begin() == BinlogPosition.FIRST_EVENT_OFFSET;
        }

        long byteCount() {
            return pieces.getLast().end();
        }

        ArchivedFile describe() {
            return new ArchivedFile(file, byteCount(), hasBeginning() && isComplete);
        }
    }

    /// The files that a history's archive holds, in log order, with those of which the beginning is
    /// missing left out.
    public static List<ArchivedFile> files(HistoryArchive history) {
        return pieces(history).stream()
                .filter(FilePieces::hasBeginning)
                .map(FilePieces::describe)
                .toList();
    }

    /// Writes files into a folder, which is made if it does not exist. A file appears under its
    /// name when it is whole.
    ///
    /// @return what was written
    /// @throws RefusedException if a file of that name is there, or the archive has none asked for
    /// @throws io.holdfast.core.CorruptDataException if a part is damaged
    public static List<ArchivedFile> export(HistoryArchive history, Request request) {
        var written = new ArrayList<ArchivedFile>();
        for (FilePieces file : pieces(history)) {
            boolean isWanted =
                    file.hasBeginning()
                            && (file.isComplete() || request.withPartial())
                            && (request.file() == null || request.file().equals(file.file()));
            if (isWanted) {
                write(history, file, request.into());
                written.add(file.describe());
            }
        }
        if (written.isEmpty()) {
            throw new RefusedException(
                    Problem.of(BackupError.EXPORT_NOTHING)
                            .what(
                                    "the archive has no complete file%s",
                                    request.file() == null ? "" : " " + request.file())
                            .where("history %s", history.id())
                            .remedy(
                                    "See 'holdfast list'; --partial exports a file that is still written."));
        }
        return written;
    }

    private static List<FilePieces> pieces(HistoryArchive history) {
        var files = new ArrayList<FilePieces>();
        for (Continuity.Run run : history.continuity().runs()) {
            Map<String, List<Continuity.Piece>> byFile = new LinkedHashMap<>();
            for (Continuity.Piece piece : run.pieces()) {
                byFile.computeIfAbsent(piece.description().range().file(), _ -> new ArrayList<>())
                        .add(piece);
            }
            String lastFile = run.pieces().getLast().description().range().file();
            byFile.forEach((file, pieces) -> {
                // Within a run the next file proves that this one was reached up to its end.
                boolean isComplete =
                        !file.equals(lastFile) || pieces.getLast().description().facts().endsFile();
                files.add(new FilePieces(file, pieces, isComplete));
            });
        }
        return files;
    }

    private static void write(HistoryArchive history, FilePieces file, Path into) {
        Path path = into.resolve(Path.of(file.file()).getFileName().toString());
        Path unfinished = into.resolve(path.getFileName() + ".unfinished");
        try {
            Files.createDirectories(into);
            if (Files.exists(path)) {
                throw new RefusedException(
                        Problem.of(BackupError.EXPORT_EXISTS)
                                .what("there is a file of that name already")
                                .where("%s", path)
                                .remedy("Choose another folder with --into."));
            }
            try {
                copy(history, file, unfinished);
                Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new UnavailableException(
                    Problem.of(BackupError.EXPORT_UNWRITABLE)
                            .what("the file system refused a write: %s", String.valueOf(e))
                            .where("%s", path)
                            .remedy("Make space there, or choose another folder."),
                    e);
        }
    }

    private static void copy(HistoryArchive history, FilePieces file, Path to) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                to,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(MAGIC);
            for (Continuity.Piece piece : file.pieces()) {
                try (InputStream in = history.openPart(piece.part()).openAt(piece.begin())) {
                    long count = piece.end() - piece.begin();
                    long copied = copy(in, out, count);
                    if (copied != count) {
                        throw new IllegalStateException(
                                piece.part() + " gave " + copied + " of " + count + " bytes");
                    }
                }
            }
            channel.force(true);
        }
    }

    private static long copy(InputStream in, OutputStream out, long byteCount) throws IOException {
        byte[] buffer = new byte[256 << 10];
        long left = byteCount;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                break;
            }
            out.write(buffer, 0, n);
            left -= n;
        }
        return byteCount - left;
    }
}
