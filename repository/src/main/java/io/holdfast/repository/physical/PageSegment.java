package io.holdfast.repository.physical;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.repository.format.PackId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the pages of a fixed range of a tablespace lie: pages `[n * PAGES_MAX, (n + 1) *
/// PAGES_MAX)` of the file for segment n, fewer only at the file's end.
///
/// | bytes | field     | meaning                                                      |
/// |------:|-----------|--------------------------------------------------------------|
/// |     2 | version   | 1, or 2 with marks                                           |
/// |     2 | packs     | how many                                                     |
/// |     4 | pages     | how many, at most [#PAGES_MAX]                               |
/// |     4 | runs      | how many                                                     |
/// |  16 … | pack      | for each pack its id, high half first                        |
/// |  12 … | run       | for each run: pages (4), pack's index here (2; 0xFFFF for    |
/// |       |           | zero pages), first page in the block (2), block's ordinal (4) |
/// |   4 … | mark      | version 2: for each page, see [PageMarks]                    |
///
/// Source: `docs/formats/physical.md`, "Page maps".
///
/// @param runs in the order of pages, together `pageCount` pages
public record PageSegment(int pageCount, List<PageRun> runs) {
    /// Pages of a segment: 256 MiB of pages of 16 KiB.
    public static final int PAGES_MAX = 16_384;

    private static final int WITHOUT_MARKS = 1;
    private static final int WITH_MARKS = 2;
    private static final int ZERO_PAGES = 0xFFFF;
    private static final int PACK_BYTES = 16;
    private static final int RUN_BYTES = 12;

    public PageSegment {
        runs = List.copyOf(runs);
        long sum = runs.stream().mapToLong(PageRun::pageCount).sum();
        if (pageCount < 1 || pageCount > PAGES_MAX || sum != pageCount) {
            throw new IllegalArgumentException(
                    "runs have " + sum + " pages together, the segment " + pageCount);
        }
    }

    /// The bytes of the segment's stream, without marks: no incremental backup can be based on it.
    public byte[] encode() {
        return encode(WITHOUT_MARKS).toArray();
    }

    /// The bytes of the segment's stream.
    ///
    /// @param marks one for each page
    public byte[] encode(PageMarks marks) {
        if (marks.pageCount() != pageCount) {
            throw new IllegalArgumentException(
                    marks.pageCount() + " marks of " + pageCount + " pages");
        }
        ByteBuilder out = encode(WITH_MARKS);
        marks.encode(out);
        return out.toArray();
    }

    static boolean hasMarks(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == WITH_MARKS;
    }

    private ByteBuilder encode(int version) {
        Map<PackId, Integer> packs = new LinkedHashMap<>();
        var places = new ByteBuilder();
        for (PageRun run : runs) {
            switch (run) {
                case PageRun.Zero(int pages) -> places.u32(pages).u16(ZERO_PAGES).u16(0).u32(0);
                case PageRun.Stored(int pages, PackId pack, int block, int first) -> {
                    int index = packs.computeIfAbsent(pack, _ -> packs.size());
                    places.u32(pages).u16(index).u16(first).u32(block);
                }
            }
        }
        var out = new ByteBuilder();
        out.u16(version).u16(packs.size()).u32(pageCount).u32(runs.size());
        packs.keySet().forEach(pack -> out.u64(pack.high()).u64(pack.low()));
        out.bytes(places.toArray());
        return out;
    }

    /// Reads a segment's stream.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is none of a known version
    public static PageSegment decode(byte[] bytes, String source) {
        var in = new ByteCursor(bytes, source, 0);
        int version = in.u16("version");
        int packCount = in.u16("packs");
        long pageCount = in.u32("pages");
        long runCount = in.u32("runs");
        if (version != WITHOUT_MARKS && version != WITH_MARKS) {
            throw in.impossible("page map has version " + version + ", known are 1 and 2");
        }
        long marksBytes = version == WITH_MARKS ? pageCount * Integer.BYTES : 0;
        if (pageCount < 1
                || pageCount > PAGES_MAX
                || in.remaining()
                        != (long) packCount * PACK_BYTES + runCount * RUN_BYTES + marksBytes) {
            throw in.impossible("page map claims " + pageCount + " pages in " + runCount + " runs");
        }
        var packs = new ArrayList<PackId>();
        for (int i = 0; i < packCount; i++) {
            packs.add(new PackId(in.u64("pack"), in.u64("pack")));
        }
        var runs = new ArrayList<PageRun>();
        long pagesLeft = pageCount;
        for (long i = 0; i < runCount; i++) {
            PageRun run = run(in, packs, pagesLeft);
            pagesLeft -= run.pageCount();
            runs.add(run);
        }
        if (pagesLeft != 0) {
            throw in.impossible(pagesLeft + " pages of the page map are nowhere");
        }
        return new PageSegment((int) pageCount, runs);
    }

    private static PageRun run(ByteCursor in, List<PackId> packs, long pagesLeft) {
        long pages = in.u32("pages of a run");
        int pack = in.u16("pack of a run");
        int first = in.u16("first page in block");
        long block = in.u32("block");
        if (pages < 1 || pages > pagesLeft || block > Integer.MAX_VALUE) {
            throw in.impossible("a run has " + pages + " pages, " + pagesLeft + " are left");
        }
        if (pack == ZERO_PAGES) {
            return new PageRun.Zero((int) pages);
        }
        if (pack >= packs.size()) {
            throw in.impossible("a run lies in pack " + pack + " of " + packs.size());
        }
        return new PageRun.Stored((int) pages, packs.get(pack), (int) block, first);
    }
}
