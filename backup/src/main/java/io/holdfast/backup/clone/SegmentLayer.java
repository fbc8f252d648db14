package io.holdfast.backup.clone;

import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pages of one segment that came in rising order and went to one stream, to be laid over what the
/// segment had before. Pure, but for its own growth.
///
/// Invariant: a page of the result is this layer's if the layer has it, else the one below, else of
/// zeros.
final class SegmentLayer {
    /// Streams are cut into blocks of this many bytes, the last one shorter. Pages are powers of
    /// two and none is larger, so that none lies in two blocks.
    static final int BLOCK_BYTES = 1 << 20;

    private final int pagesPerBlock;
    private final BitSet present = new BitSet();
    private final BitSet stored = new BitSet();

    /// @param pageBytes of a page as it lies in the file
    SegmentLayer(int pageBytes) {
        this.pagesPerBlock = BLOCK_BYTES / pageBytes;
    }

    /// Whether a page may be added: it lies behind all others.
    boolean takes(int page) {
        return page >= present.length();
    }

    /// The page went to the stream.
    void addStored(int page) {
        add(page);
        stored.set(page);
    }

    /// The page is of zero bytes and went nowhere.
    void addZero(int page) {
        add(page);
    }

    private void add(int page) {
        if (!takes(page)) {
            throw new IllegalArgumentException("page " + page + " comes too late");
        }
        present.set(page);
    }

    /// Behind the last page.
    int end() {
        return present.length();
    }

    /// Pages that went to the stream.
    int storedCount() {
        return stored.cardinality();
    }

    /// Makes the segment's map.
    ///
    /// @param below what the segment had before; null for nothing
    /// @param stream the finished stream; [StreamRef#EMPTY] if no page went anywhere
    /// @param pageCount of the segment now
    PageSegment over(@Nullable PageSegment below, StreamRef stream, int pageCount) {
        long blocks = Math.ceilDiv(storedCount(), pagesPerBlock);
        if (stream.blockCount() != blocks) {
            throw new IllegalArgumentException(
                    Text.format("%d blocks, expected %d", stream.blockCount(), blocks));
        }
        var runs = new Runs();
        var places = new Places(stream.runs());
        var under = new Below(below);
        int page = 0;
        while (page < pageCount) {
            int end;
            if (stored.get(page)) {
                end = Math.min(pageCount, stored.nextClearBit(page));
                for (int from = page; from < end; ) {
                    int count = Math.min(end - from, places.leftInBlock());
                    runs.add(places.take(count));
                    from += count;
                }
            } else if (present.get(page)) {
                end = Math.min(pageCount, Math.min(next(stored, page), present.nextClearBit(page)));
                runs.add(new PageRun.Zero(end - page));
            } else {
                end = Math.min(pageCount, next(present, page));
                under.copy(page, end, runs);
            }
            page = end;
        }
        return new PageSegment(pageCount, runs.runs);
    }

    private static int next(BitSet set, int page) {
        int next = set.nextSetBit(page);
        return next < 0 ? Integer.MAX_VALUE : next;
    }

    /// Runs of a map, joined where they can be.
    private static final class Runs {
        private final List<PageRun> runs = new ArrayList<>();

        void add(PageRun run) {
            PageRun joined = runs.isEmpty() ? null : joined(runs.getLast(), run);
            if (joined == null) {
                runs.add(run);
            } else {
                runs.set(runs.size() - 1, joined);
            }
        }

        private static @Nullable PageRun joined(PageRun first, PageRun second) {
            int count = first.pageCount() + second.pageCount();
            if (first instanceof PageRun.Zero && second instanceof PageRun.Zero) {
                return new PageRun.Zero(count);
            }
            return first instanceof PageRun.Stored one
                            && second instanceof PageRun.Stored two
                            && one.pack().equals(two.pack())
                            && one.block() == two.block()
                            && one.firstInBlock() + one.pageCount() == two.firstInBlock()
                    ? new PageRun.Stored(count, one.pack(), one.block(), one.firstInBlock())
                    : null;
        }
    }

    /// What lies below, read from front to back.
    private static final class Below {
        private final List<PageRun> runs;
        private int run;
        private int firstPage;

        Below(@Nullable PageSegment segment) {
            this.runs = segment == null ? List.of() : segment.runs();
        }

        void copy(int from, int to, Runs into) {
            int page = from;
            while (page < to) {
                while (run < runs.size() && firstPage + runs.get(run).pageCount() <= page) {
                    firstPage += runs.get(run).pageCount();
                    run++;
                }
                if (run == runs.size()) {
                    into.add(new PageRun.Zero(to - page));
                    return;
                }
                PageRun under = runs.get(run);
                int skipped = page - firstPage;
                int count = Math.min(to - page, under.pageCount() - skipped);
                into.add(
                        switch (under) {
                            case PageRun.Zero _ -> new PageRun.Zero(count);
                            case PageRun.Stored(_, var pack, int block, int first) ->
                                    new PageRun.Stored(count, pack, block, first + skipped);
                        });
                page += count;
            }
        }
    }

    /// The places of a stream's pages, one after another.
    private final class Places {
        private final List<BlockRun> runs;
        private int run;
        private int blockInRun;
        private int inBlock;

        Places(List<BlockRun> runs) {
            this.runs = runs;
        }

        int leftInBlock() {
            return pagesPerBlock - inBlock;
        }

        PageRun take(int count) {
            BlockRun blocks = runs.get(run);
            var taken =
                    new PageRun.Stored(count, blocks.pack(), blocks.first() + blockInRun, inBlock);
            inBlock += count;
            if (inBlock == pagesPerBlock) {
                inBlock = 0;
                blockInRun++;
                if (blockInRun == blocks.count()) {
                    blockInRun = 0;
                    run++;
                }
            }
            return taken;
        }
    }
}
