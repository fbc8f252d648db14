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

/// A segment of a file as the base has it.
///
/// @param map the stream that says so
public record BaseSegment(StreamRef map, PageSegment pages, PageMarks marks) {
    public int pageCount() {
        return pages.pageCount();
    }

    /// Whether a page was of zero bytes.
    boolean isZero(int page) {
        return marks.of(page) == PageMarks.ZERO_PAGE;
    }

    /// What a page of the server is to the base.
    public enum Match {
        /// The base has it.
        SAME,
        /// It was changed since.
        CHANGED,
        /// It is from before the base, and the base has another one: the base is not this server's
        /// past.
        FOREIGN
    }

    /// Compares a whole page of the server that is not of zeros.
    ///
    /// @param page its index in the segment
    /// @param isFirst whether it is the file's first
    /// @param sinceLsn the base's own start
    public Match match(int page, boolean isFirst, long lsn, int mark, long sinceLsn) {
        if (page >= pageCount() || lsn >= sinceLsn) {
            return Match.CHANGED;
        }
        int known = marks.of(page);
        if (known == mark) {
            return Match.SAME;
        }
        return isFirst || known == PageMarks.UNKNOWN ? Match.CHANGED : Match.FOREIGN;
    }

    /// The blocks that pages lie in and that none of another segment's pages do, one by one.
    ///
    /// @param now what the segment has become
    List<BlockRun> blocksLeft(PageSegment now) {
        Map<PackId, Set<Integer>> left = blocks(pages);
        blocks(now)
                .forEach((pack, ordinals) -> {
                    Set<Integer> before = left.get(pack);
                    if (before != null) {
                        before.removeAll(ordinals);
                    }
                });
        List<BlockRun> runs = new ArrayList<>();
        left.forEach((pack, ordinals) ->
                ordinals.forEach(ordinal -> runs.add(new BlockRun(pack, ordinal, 1))));
        return runs;
    }

    /// All blocks that pages lie in.
    List<BlockRun> blocks() {
        return blocksLeft(new PageSegment(1, List.of(new PageRun.Zero(1))));
    }

    private static Map<PackId, Set<Integer>> blocks(PageSegment segment) {
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
