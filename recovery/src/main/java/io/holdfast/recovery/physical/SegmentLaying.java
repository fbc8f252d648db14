package io.holdfast.recovery.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.SpaceId;
import io.holdfast.innodb.TablespaceFlags;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.SegmentReads.Piece;
import io.holdfast.recovery.physical.SegmentReads.Read;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile.Tablespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/// Lays the pages of one segment of a file down. Pages of zeros stay a hole in a new file.
///
/// That a block is what was written is proven by its hash. Each page is judged by its own checksum
/// and number on top of that, which costs little and proves another thing: that the map puts it
/// where it belongs. Encrypted pages cannot be judged. Pages of the system tablespace may be copies
/// of others (the old doublewrite area) and it may have several files, so their numbers say
/// nothing.
///
/// Confined to one thread.
final class SegmentLaying {
    /// A segment of single pages, each in a pack of its own, has half as many.
    private static final long MAP_BYTES_MAX = 2 << 20;

    private final BackupReader backup;
    private final Tablespace file;
    private final int index;
    private final Progress.Work work;
    private long nextBlock;

    SegmentLaying(BackupReader backup, Tablespace file, int index, Progress.Work work) {
        this.backup = backup;
        this.file = file;
        this.index = index;
        this.work = work;
    }

    /// Lays it down.
    ///
    /// @param place the file, which has its size
    /// @param opener how its pages are written
    /// @throws CorruptDataException naming the page, or the pages of the block, that are not as
    ///   they were written
    void lay(Path place, PageWriter.Opener opener) {
        PageSegment segment = segment();
        LaidFolder.doing(
                place,
                () -> {
                    try (PageWriter writer = opener.open(place, file.pageBytes());
                            var verifier = new PageVerifier(pageSize(), true)) {
                        layZeros(segment, writer);
                        for (Read read : SegmentReads.of(segment).reads()) {
                            lay(read, writer, verifier);
                        }
                    }
                });
    }

    private void layZeros(PageSegment segment, PageWriter writer) throws IOException {
        long page = firstPage();
        for (PageRun run : segment.runs()) {
            if (run instanceof PageRun.Zero(int pages)) {
                writer.zeros(page * file.pageBytes(), (long) pages * file.pageBytes());
            }
            page += run.pageCount();
        }
    }

    private long firstPage() {
        return (long) index * PageSegment.PAGES_MAX;
    }

    private PageSegment segment() {
        StreamRef map = file.segments().get(index);
        long pageCount =
                Math.min(file.bytes() / file.pageBytes() - firstPage(), PageSegment.PAGES_MAX);
        long lastPage = firstPage() + pageCount - 1;
        if (map.bytes() > MAP_BYTES_MAX) {
            throw damaged(
                    Text.format("the page map has %d bytes, more than any can have", map.bytes()),
                    pages(firstPage(), lastPage),
                    "");
        }
        var bytes = new ByteArrayOutputStream();
        try (StreamInput in = backup.open(map)) {
            in.transferTo(bytes::write);
            PageSegment segment = PageSegment.decode(bytes.toByteArray(), file.path());
            if (segment.pageCount() != pageCount) {
                throw damaged(
                        Text.format(
                                "the page map has %d pages, the file %d",
                                segment.pageCount(), pageCount),
                        pages(firstPage(), lastPage),
                        "");
            }
            return segment;
        } catch (CorruptDataException damage) {
            throw found(damage, pages(firstPage(), lastPage));
        }
    }

    private PageSize pageSize() {
        try {
            PageSize size = new TablespaceFlags((int) file.flags()).pageSize();
            if (size.physicalBytes() == file.pageBytes()) {
                return size;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw damaged(
                Text.format(
                        "flags 0x%x are none of pages of %d bytes", file.flags(), file.pageBytes()),
                "page 0",
                "");
    }

    private void lay(Read read, PageWriter writer, PageVerifier verifier) throws IOException {
        nextBlock = read.run().first();
        try {
            backup.blocks(
                    read.run(),
                    (ordinal, raw, rawBytes) -> {
                        for (Piece piece : read.piecesOf(ordinal)) {
                            lay(piece, raw, rawBytes, writer, verifier);
                        }
                        nextBlock = ordinal + 1L;
                    });
        } catch (CorruptDataException damage) {
            throw found(damage, pagesOf(read));
        }
    }

    private void lay(
            Piece piece, byte[] raw, int rawBytes, PageWriter writer, PageVerifier verifier) {
        long page = firstPage() + piece.page();
        int from = piece.firstInBlock() * file.pageBytes();
        int byteCount = piece.pageCount() * file.pageBytes();
        if ((long) from + byteCount > rawBytes) {
            throw damaged(
                    Text.format("the block has %d bytes, too few for them", rawBytes),
                    pages(page, page + piece.pageCount() - 1),
                    "");
        }
        for (int i = 0; i < piece.pageCount(); i++) {
            judge(raw, from + i * file.pageBytes(), page + i, verifier);
        }
        LaidFolder.doing(
                Path.of(file.path()),
                () -> writer.pages(raw, from, byteCount, page * file.pageBytes()));
        work.advance(byteCount);
    }

    private void judge(byte[] raw, int offset, long page, PageVerifier verifier) {
        PageVerdict verdict = verifier.verify(raw, offset);
        if (verdict.isSuspect()) {
            throw damaged(verdict.describe(), pages(page, page), "");
        }
        boolean isNumbered =
                file.space() != SpaceId.SYSTEM && !(verdict instanceof PageVerdict.Zero);
        long says = PageHeader.pageNumber(raw, offset);
        if (isNumbered && says != page) {
            throw damaged(Text.format("the page says it is page %d", says), pages(page, page), "");
        }
    }

    /// The pages of the block that could not be read.
    private String pagesOf(Read read) {
        var pieces =
                read.piecesOf(
                        (int) Math.min(nextBlock, read.run().first() + read.run().count() - 1L));
        Piece last = pieces.getLast();
        return pages(
                firstPage() + pieces.getFirst().page(),
                firstPage() + last.page() + last.pageCount() - 1);
    }

    private static String pages(long first, long last) {
        return first == last
                ? Text.format("page %d", first)
                : Text.format("pages %d to %d", first, last);
    }

    private CorruptDataException found(CorruptDataException damage, String pages) {
        if (damage.problem().code() == RecoveryError.BACKUP_FILE_DAMAGED) {
            return damage; // names the page already
        }
        return damaged(damage.problem().what(), pages, "; " + damage.problem().where());
    }

    private CorruptDataException damaged(String what, String pages, String detail) {
        return FileDamage.at(backup, file.path() + " " + pages + detail, what);
    }
}
