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
import org.jspecify.annotations.Nullable;

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
        List<BlockRun> runs = new ArrayList<>(map.runs());
        runs.addAll(blocks(pages, now));
        return runs;
    }

    /// The blocks of its map, and all that pages lie in.
    List<BlockRun> unneeded() {
        List<BlockRun> runs = new ArrayList<>(map.runs());
        runs.addAll(blocks(pages, null));
        return runs;
    }

    /// The blocks of a segment's pages.
    ///
    /// @param but those of this one's left out; null for none
    static List<BlockRun> blocks(PageSegment segment, @Nullable PageSegment but) {
        Map<PackId, NavigableSet<Integer>> left = ordinals(segment);
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
        left.forEach((pack, ordinals) -> addRuns(pack, ordinals, runs));
        return runs;
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

    private static Map<PackId, NavigableSet<Integer>> ordinals(PageSegment segment) {
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
