package io.holdfast.recovery.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// In which order a segment's pages are read: pack by pack, within a pack by the blocks' ordinals,
/// so that each block is read once whatever the pages' order in the file, and blocks that follow
/// one another in one ranged read.
///
/// @param reads each of another run of blocks
record SegmentReads(List<Read> reads) {
    SegmentReads {
        reads = List.copyOf(reads);
    }

    /// One ranged read.
    ///
    /// @param pieces of each block of the run, in its order
    record Read(BlockRun run, List<List<Piece>> pieces) {
        Read {
            pieces = List.copyOf(pieces);
        }

        List<Piece> piecesOf(int ordinal) {
            return pieces.get(ordinal - run.first());
        }
    }

    /// Pages that follow one another both in a block and in the file.
    ///
    /// @param page the first one's index in the segment
    /// @param firstInBlock how many pages of the block come before it
    record Piece(int page, int firstInBlock, int pageCount) {}

    static SegmentReads of(PageSegment segment) {
        Map<PackId, TreeMap<Integer, List<Piece>>> packs = new LinkedHashMap<>();
        int page = 0;
        for (PageRun run : segment.runs()) {
            switch (run) {
                case PageRun.Zero _ -> {}
                case PageRun.Stored(int pages, PackId pack, int block, int first) ->
                        packs.computeIfAbsent(pack, _ -> new TreeMap<>())
                                .computeIfAbsent(block, _ -> new ArrayList<>())
                                .add(new Piece(page, first, pages));
            }
            page += run.pageCount();
        }
        var reads = new ArrayList<Read>();
        packs.forEach((pack, blocks) -> addReads(pack, blocks, reads));
        return new SegmentReads(reads);
    }

    private static void addReads(
            PackId pack, TreeMap<Integer, List<Piece>> blocks, List<Read> reads) {
        var pieces = new ArrayList<List<Piece>>();
        int first = 0;
        for (Map.Entry<Integer, List<Piece>> block : blocks.entrySet()) {
            int ordinal = block.getKey();
            if (!pieces.isEmpty() && ordinal != first + pieces.size()) {
                reads.add(new Read(new BlockRun(pack, first, pieces.size()), pieces));
                pieces.clear();
            }
            if (pieces.isEmpty()) {
                first = ordinal;
            }
            pieces.add(List.copyOf(block.getValue()));
        }
        if (!pieces.isEmpty()) {
            reads.add(new Read(new BlockRun(pack, first, pieces.size()), pieces));
        }
    }
}
