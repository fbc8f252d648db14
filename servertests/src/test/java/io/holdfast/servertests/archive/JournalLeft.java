package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// The files of an archiver as a kill would leave them, taken while it runs. By
/// `docs/formats/journal.md` alone.
final class JournalLeft {
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int FILE_NAME_INDEX = 46;

    /// Where an event says how long it is.
    private static final int EVENT_LENGTH_INDEX = 9;

    private final Path folder;

    /// @param folder that does not exist yet
    JournalLeft(Path folder) {
        this.folder = folder;
    }

    Path journal() {
        return folder.resolve("journal");
    }

    /// Takes the journal if its newest segment is of that file and has a first event and more.
    boolean take(Path running, String file) {
        try {
            Path newest = segments(running).getLast();
            byte[] bytes = Files.readAllBytes(newest);
            if (!new String(bytes, StandardCharsets.ISO_8859_1).startsWith(file, FILE_NAME_INDEX)
                    || bytes.length <= firstRecord(bytes) + RECORD_HEADER_BYTES
                    || bytes.length
                            <= firstRecord(bytes) + RECORD_HEADER_BYTES + firstEventBytes(bytes)) {
                return false;
            }
            Files.createDirectories(journal());
            Files.copy(running.resolve("identity"), journal().resolve("identity"));
            for (Path segment : segments(running)) {
                Files.copy(segment, journal().resolve(segment.getFileName()));
            }
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Path> segments(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
        }
    }

    private static int firstRecord(byte[] segment) {
        return ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
    }

    private static int firstEventBytes(byte[] segment) {
        return ByteBuffer.wrap(segment)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(firstRecord(segment) + RECORD_HEADER_BYTES + EVENT_LENGTH_INDEX);
    }

    /// Leaves one record with the first event in the newest segment.
    void cutBehindTheFirstEvent() throws IOException {
        Path newest = segments(journal()).getLast();
        byte[] segment = Files.readAllBytes(newest);
        int record = firstRecord(segment);
        int eventBytes = firstEventBytes(segment);
        ByteBuffer numbers = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(numbers.getInt(record))
                .as("the first event is in one record")
                .isGreaterThanOrEqualTo(eventBytes);
        assertThat(numbers.getLong(record + 4)).as("offset in the file").isEqualTo(4);
        numbers.putInt(record, eventBytes);
        var crc = new CRC32C();
        crc.update(segment, record, 12);
        crc.update(segment, record + RECORD_HEADER_BYTES, eventBytes);
        numbers.putInt(record + 12, (int) crc.getValue());
        Files.write(newest, Arrays.copyOf(segment, record + RECORD_HEADER_BYTES + eventBytes));
    }

    /// Copies the repository; files that vanish meanwhile had not been finished. Without leases,
    /// whose holder lives on, as it would not.
    Path copy(Path repository) throws IOException {
        Path to = folder.resolve("repo");
        Files.walkFileTree(
                repository,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path entry, BasicFileAttributes read)
                            throws IOException {
                        if (entry.endsWith("leases")) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(to.resolve(repository.relativize(entry)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path entry, BasicFileAttributes read)
                            throws IOException {
                        try {
                            Files.copy(entry, to.resolve(repository.relativize(entry)));
                        } catch (NoSuchFileException gone) {
                            return visitFileFailed(entry, gone);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path entry, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException && !Files.exists(entry)) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
        return to;
    }
}
