package io.holdfast.backup.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Copies pages that follow one another in a tablespace's file into a stream: reads pieces of 1
/// MiB, verifies every page, looks again at those that are not right, and stores all but those of
/// zero bytes and those that the base has.
///
/// A page is the base's if the server says that it changed it before the base began (by its LSN)
/// *and* it is the very page that the base has (by its mark). The first alone would do for a server
/// whose files only ever went forward. One that was brought back from a snapshot goes on from an
/// earlier LSN and comes to the base's again with other pages; the second finds that out, because
/// there is no page in which it differs that both have old. So an old page with another mark
/// refutes the base as a whole.
///
/// Confined to one thread, and used once.
final class PageCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final Tools tools;
    private final TablespaceFile file;
    private final FileChannel channel;
    private final PageVerifier verifier;
    private final PageRange range;
    private final int pageBytes;
    private final Before.@Nullable Segment from;
    private final @Nullable BaseSegment before;
    private final @Nullable BitSet changed;
    private final SegmentPages pages;
    private final PageMark marks = new PageMark();
    private @Nullable StreamWriter stream;

    /// What all copies of a pass share.
    ///
    /// @param mayGoOn called before each piece; throws if the backup cannot be completed any more
    /// @param rereadPages counts pages that were caught in the middle of a write
    record Tools(
            BackupWriter backup,
            RateLimit rate,
            Runnable mayGoOn,
            Progress.Work work,
            LongAdder rereadPages) {}

    /// What was read.
    ///
    /// @param content the stored pages; [StreamRef#EMPTY] if there are none
    record Read(SegmentPages pages, StreamRef content) {}

    /// @param channel of the file; the caller closes it, and the verifier
    /// @param range a whole segment if there is a base
    /// @param from what an earlier backup has of the segment; null if nothing
    /// @param changed the segment's pages that may have changed since; null if all may
    PageCopy(
            Tools tools,
            TablespaceFile file,
            FileChannel channel,
            PageVerifier verifier,
            PageRange range,
            Before.@Nullable Segment from,
            @Nullable BitSet changed) {
        this.tools = tools;
        this.file = file;
        this.channel = channel;
        this.verifier = verifier;
        this.range = range;
        this.pageBytes = file.pageBytes();
        this.from = from;
        this.before = from == null ? null : from.pages();
        this.changed = changed;
        this.pages = new SegmentPages(pageBytes, this.before);
    }

    Read run() {
        try {
            readAll();
            return new Read(pages, stream == null ? StreamRef.EMPTY : stream.finish());
        } finally {
            if (stream != null) {
                stream.close();
            }
        }
    }

    private void readAll() {
        long planned = Math.min(range.countMax(), file.pageCount() - range.first());
        long wantedPages = range.isToEnd() ? range.countMax() : planned;
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, pieceBytesMax())];
        while (pages.pageCount() < wantedPages) {
            keepUntouched(wantedPages);
            tools.mayGoOn.run();
            int wanted = (int) Math.min(piece.length, nextCount(wantedPages) * pageBytes);
            if (wanted == 0) {
                break;
            }
            tools.rate.take(wanted);
            long offset = (range.first() + pages.pageCount()) * pageBytes;
            int read = Reading.at(file.file(), channel, piece, offset, wanted);
            settle(piece, read / pageBytes);
            take(piece, read / pageBytes);
            tools.work.advance(read);
            if (read < wanted) {
                break;
            }
        }
        if (pages.pageCount() < planned) {
            throw Unreadable.shorter(
                    file.file(), (range.first() + pages.pageCount()) * pageBytes, file.bytes());
        }
    }

    /// Keeps the base's pages from here to the next one that may have changed.
    private void keepUntouched(long wantedPages) {
        if (changed == null || before == null) {
            return;
        }
        long keepable = Math.min(wantedPages, before.pageCount());
        int begin = pages.pageCount();
        while (pages.pageCount() < keepable && !changed.get(pages.pageCount())) {
            pages.addKept();
        }
        tools.work.advance((long) (pages.pageCount() - begin) * pageBytes);
    }

    /// How many pages from here on are to be read.
    private long nextCount(long wantedPages) {
        int page = pages.pageCount();
        if (changed == null || before == null || page >= before.pageCount()) {
            return wantedPages - page;
        }
        return Math.min(changed.nextClearBit(page), wantedPages) - page;
    }

    /// Small tables need small buffers; one page more, so that growth shows at once.
    private long pieceBytesMax() {
        return (file.pageCount() + 1) * pageBytes;
    }

    private void settle(byte[] piece, int count) {
        if (file.mayBeEncrypted()) {
            tools.rereadPages.add(
                    new BlindPages(file, channel, verifier)
                            .settle(piece, count, range.first() + pages.pageCount()));
        }
    }

    private void take(byte[] piece, int count) {
        int runFrom = 0;
        for (int i = 0; i < count; i++) {
            int offset = i * pageBytes;
            PageVerdict verdict = verifier.verify(piece, offset);
            if (verdict instanceof PageVerdict.Zero) {
                write(piece, runFrom, offset);
                runFrom = offset + pageBytes;
                pages.addZero();
                continue;
            }
            long page = range.first() + pages.pageCount();
            if (!SecondLook.problemOf(verdict, piece, offset, file, page).isEmpty()) {
                lookAgain(page, piece, offset);
            }
            int mark =
                    page == 0 ? marks.ofFirst(piece, offset, pageBytes) : marks.of(piece, offset);
            if (isBases(page, PageHeader.lsn(piece, offset), mark)) {
                write(piece, runFrom, offset);
                runFrom = offset + pageBytes;
                pages.addKept();
            } else {
                pages.addStored(mark);
            }
        }
        write(piece, runFrom, count * pageBytes);
    }

    private boolean isBases(long page, long lsn, int mark) {
        if (from == null) {
            return false;
        }
        Base base = from.base();
        return switch (from.pages()
                .match(pages.pageCount(), page == 0, lsn, mark, base.sinceLsn())) {
            case SAME -> true;
            case CHANGED -> false;
            case FOREIGN -> throw base.refuted(base.foreign(file.file().toString(), page, lsn));
        };
    }

    private void lookAgain(long page, byte[] piece, int offset) {
        tools.rereadPages.increment();
        String problem = new SecondLook(file, channel, verifier).until(page, piece, offset);
        if (!problem.isEmpty()) {
            throw new CorruptDataException(
                    FirstPages.corrupt(file.file(), page, page * pageBytes, problem));
        }
    }

    private void write(byte[] piece, int from, int to) {
        if (from < to) {
            if (stream == null) {
                stream = tools.backup.openStream();
            }
            stream.write(piece, from, to - from);
        }
    }
}
