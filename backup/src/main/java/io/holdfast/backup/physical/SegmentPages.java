package io.holdfast.backup.physical;

import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Remembers which pages of a segment went to its stream, and makes the map of them once the stream
/// says in which blocks they lie. Pure.
final class SegmentPages {
    /// Streams are cut into blocks of this many bytes, the last one shorter. Pages are powers of
    /// two and none is larger, so that none lies in two blocks.
    static final int BLOCK_BYTES = 1 << 20;

    private final int pagesPerBlock;
    private final BitSet stored = new BitSet();
    private int pageCount;

    /// @param pageBytes of a page as it lies in the file
    SegmentPages(int pageBytes) {
        this.pagesPerBlock = BLOCK_BYTES / pageBytes;
    }

    /// The next page went to the stream.
    void addStored() {
        stored.set(pageCount++);
    }

    /// The next page is of zero bytes and went nowhere.
    void addZero() {
        pageCount++;
    }

    int pageCount() {
        return pageCount;
    }

    /// Pages that went to the stream.
    int storedCount() {
        return stored.cardinality();
    }

    /// Makes the map.
    ///
    /// @param stream the finished stream; [StreamRef#EMPTY] if no page went anywhere
    PageSegment build(StreamRef stream) {
        long blocks = Math.ceilDiv(storedCount(), pagesPerBlock);
        if (stream.blockCount() != blocks) {
            throw new IllegalArgumentException(
                    Text.format("%d blocks, expected %d", stream.blockCount(), blocks));
        }
        List<PageRun> runs = new ArrayList<>();
        var places = new Places(stream.runs());
        int page = 0;
        while (page < pageCount) {
            if (!stored.get(page)) {
                int next = stored.nextSetBit(page);
                int end = next < 0 ? pageCount : next;
                runs.add(new PageRun.Zero(end - page));
                page = end;
            } else {
                int end = stored.nextClearBit(page);
                while (page < end) {
                    int count = Math.min(end - page, places.leftInBlock());
                    runs.add(places.take(count));
                    page += count;
                }
            }
        }
        return new PageSegment(pageCount, runs);
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
