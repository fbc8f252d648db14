package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class SegmentPagesTest {
    /// Where a page lies; for one of zeros there is none.
    private record Place(PackId pack, int block, int inBlock) {}

    /// Goal: every page's place is the one that it went to. Method: blocks spread over packs by
    /// chance, and a list of places, page by page, beside the map that went through its bytes.
    @Test
    void everyPageIsWhereItWent(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            int pageBytes = 1024 << random.nextInt(7);
            int perBlock = SegmentPages.BLOCK_BYTES / pageBytes;
            var pages = new SegmentPages(pageBytes);
            int count = random.nextInt(1, 3 * perBlock + 2);
            List<Boolean> stored = new ArrayList<>();
            for (int i = 0; i < Math.min(count, PageSegment.PAGES_MAX); i++) {
                boolean isStored = random.nextInt(10) > 0;
                stored.add(isStored);
                if (isStored) {
                    pages.addStored();
                } else {
                    pages.addZero();
                }
            }
            List<Place> blocks = new ArrayList<>();
            StreamRef stream = stream(Math.ceilDiv(pages.storedCount(), perBlock), random, blocks);
            PageSegment map =
                    PageSegment.decode(pages.build(stream).encode(), "the map of this test");

            assertThat(places(map)).isEqualTo(expected(stored, blocks, perBlock));
        }
    }

    private static StreamRef stream(int blockCount, RandomGenerator random, List<Place> blocks) {
        List<BlockRun> runs = new ArrayList<>();
        while (blocks.size() < blockCount) {
            int count = random.nextInt(1, blockCount - blocks.size() + 1);
            var run = new BlockRun(PackId.random(random), random.nextInt(1000), count);
            runs.add(run);
            for (int i = 0; i < count; i++) {
                blocks.add(new Place(run.pack(), run.first() + i, 0));
            }
        }
        return new StreamRef(runs, 0, "00000000");
    }

    private static List<List<Place>> expected(
            List<Boolean> stored, List<Place> blocks, int perBlock) {
        List<List<Place>> expected = new ArrayList<>();
        int number = 0;
        for (boolean isStored : stored) {
            if (!isStored) {
                expected.add(List.of());
                continue;
            }
            Place block = blocks.get(number / perBlock);
            expected.add(List.of(new Place(block.pack(), block.block(), number % perBlock)));
            number++;
        }
        return expected;
    }

    private static List<List<Place>> places(PageSegment map) {
        List<List<Place>> places = new ArrayList<>();
        for (PageRun run : map.runs()) {
            for (int i = 0; i < run.pageCount(); i++) {
                switch (run) {
                    case PageRun.Zero _ -> places.add(List.of());
                    case PageRun.Stored(int _, PackId pack, int block, int first) ->
                            places.add(List.of(new Place(pack, block, first + i)));
                }
            }
        }
        return places;
    }

    @Test
    void aSegmentOfZerosNeedsNoStream() {
        var pages = new SegmentPages(16384);
        for (int i = 0; i < 64; i++) {
            pages.addZero();
        }
        assertThat(pages.build(StreamRef.EMPTY).runs()).containsExactly(new PageRun.Zero(64));
    }

    @Test
    void aStreamOfAnotherLengthIsABug(RandomGenerator random) {
        var pages = new SegmentPages(16384);
        pages.addStored();
        assertThatThrownBy(() -> pages.build(stream(2, random, new ArrayList<>())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
