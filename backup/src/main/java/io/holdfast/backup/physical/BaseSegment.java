package io.holdfast.backup.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

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

    /// The blocks of its map, and those that pages lie in and that none of another segment's pages
    /// do.
    ///
    /// @param now what the segment has become
    public List<BlockRun> unneeded(PageSegment now) {
        Map<PackId, NavigableSet<Integer>> left = blocks(pages);
        blocks(now)
                .forEach((pack, ordinals) -> {
                    Set<Integer> before = left.get(pack);
                    if (before != null) {
                        before.removeAll(ordinals);
                    }
                });
        List<BlockRun> runs = new ArrayList<>(map.runs());
        left.forEach((pack, ordinals) -> addRuns(pack, ordinals, runs));
        return runs;
    }

    /// The blocks of its map, and all that pages lie in.
    public List<BlockRun> unneeded() {
        return unneeded(new PageSegment(1, List.of(new PageRun.Zero(1))));
    }

    private static void addRuns(PackId pack, Iterable<Integer> ordinals, List<BlockRun> runs) {
        int first = 0;
        int count = 0;
        for (int ordinal : ordinals) {
            if (count > 0 && ordinal == first + count) {
                count++;
                continue;
            }
            if (count > 0) {
                runs.add(new BlockRun(pack, first, count));
            }
            first = ordinal;
            count = 1;
        }
        if (count > 0) {
            runs.add(new BlockRun(pack, first, count));
        }
    }

    private static Map<PackId, NavigableSet<Integer>> blocks(PageSegment segment) {
        Map<PackId, NavigableSet<Integer>> blocks = new HashMap<>();
        for (PageRun run : segment.runs()) {
            switch (run) {
                case PageRun.Zero _ -> {}
                case PageRun.Stored stored ->
                        blocks.computeIfAbsent(stored.pack(), _ -> new TreeSet<>())
                                .add(stored.block());
            }
        }
        return blocks;
    }
}
