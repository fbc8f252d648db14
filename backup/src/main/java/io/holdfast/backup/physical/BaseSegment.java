package io.holdfast.backup.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A segment of a file as the base has it.
///
/// @param map the stream that says so
record BaseSegment(StreamRef map, PageSegment pages, PageMarks marks) {
    int pageCount() {
        return pages.pageCount();
    }

    /// Whether a page was of zero bytes.
    boolean isZero(int page) {
        return marks.of(page) == PageMarks.ZERO_PAGE;
    }

    /// The blocks that pages lie in and that none of another segment's pages do, one by one.
    ///
    /// @param now what the segment has become
    List<BlockRun> blocksLeft(PageSegment now) {
        return blocks(pages, now);
    }

    /// The blocks of a segment's pages, one by one.
    ///
    /// @param but those of this one's left out; null for none
    static List<BlockRun> blocks(PageSegment segment, @Nullable PageSegment but) {
        Map<PackId, Set<Integer>> left = ordinals(segment);
        if (but != null) {
            ordinals(but)
                    .forEach((pack, ordinals) -> {
                        Set<Integer> before = left.get(pack);
                        if (before != null) {
                            before.removeAll(ordinals);
                        }
                    });
        }
        List<BlockRun> runs = new ArrayList<>();
        left.forEach((pack, ordinals) ->
                ordinals.forEach(ordinal -> runs.add(new BlockRun(pack, ordinal, 1))));
        return runs;
    }

    /// All blocks that pages lie in.
    List<BlockRun> blocks() {
        return blocks(pages, null);
    }

    private static Map<PackId, Set<Integer>> ordinals(PageSegment segment) {
        Map<PackId, Set<Integer>> blocks = new HashMap<>();
        for (PageRun run : segment.runs()) {
            switch (run) {
                case PageRun.Zero _ -> {}
                case PageRun.Stored stored ->
                        blocks.computeIfAbsent(stored.pack(), _ -> new HashSet<>())
                                .add(stored.block());
            }
        }
        return blocks;
    }
}
