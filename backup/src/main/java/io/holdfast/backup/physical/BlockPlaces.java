package io.holdfast.backup.physical;

import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import java.util.List;

/// The places of the pages that went to a stream, one after another.
public final class BlockPlaces {
    /// Streams are cut into blocks of this many bytes, the last one shorter. Pages are powers of
    /// two and none is larger, so that none lies in two blocks.
    public static final int BLOCK_BYTES = 1 << 20;

    private final int pagesPerBlock;
    private final List<BlockRun> runs;
    private int run;
    private int blockInRun;
    private int inBlock;

    /// @param stream the finished stream; [StreamRef#EMPTY] if no page went anywhere
    /// @param pageBytes of a page as it lies in the file
    /// @param pageCount how many went to it
    public BlockPlaces(StreamRef stream, int pageBytes, int pageCount) {
        this.pagesPerBlock = BLOCK_BYTES / pageBytes;
        this.runs = stream.runs();
        long blocks = Math.ceilDiv(pageCount, pagesPerBlock);
        if (stream.blockCount() != blocks) {
            throw new IllegalArgumentException(
                    Text.format("%d blocks, expected %d", stream.blockCount(), blocks));
        }
    }

    /// Adds the runs of the next pages.
    public void addTo(PageRuns out, int pageCount) {
        for (int left = pageCount; left > 0; ) {
            int count = Math.min(left, pagesPerBlock - inBlock);
            out.add(take(count));
            left -= count;
        }
    }

    private PageRun take(int count) {
        BlockRun blocks = runs.get(run);
        var taken = new PageRun.Stored(count, blocks.pack(), blocks.first() + blockInRun, inBlock);
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
