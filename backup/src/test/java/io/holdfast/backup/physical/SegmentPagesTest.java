package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
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
            int perBlock = BlockPlaces.BLOCK_BYTES / pageBytes;
            var pages = new SegmentPages(pageBytes, null);
            int count = random.nextInt(1, 3 * perBlock + 2);
            List<Boolean> stored = new ArrayList<>();
            for (int i = 0; i < Math.min(count, PageSegment.PAGES_MAX); i++) {
                boolean isStored = random.nextInt(10) > 0;
                stored.add(isStored);
                if (isStored) {
                    pages.addStored(i + 1);
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

    /// Goal: each page comes from where it lies: what was stored now from the new stream, what was
    /// kept from the base's places. Method: as above, with a base of chance; and a segment in which
    /// nothing changed is known as such.
    @Test
    void keptPagesAreWhereTheBaseHasThem(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            int pageBytes = 1024 << random.nextInt(7);
            int perBlock = BlockPlaces.BLOCK_BYTES / pageBytes;
            BaseSegment base = base(random, pageBytes, random.nextInt(1, 3 * perBlock + 2));
            List<List<Place>> before = places(base.pages());
            int count = random.nextInt(1, Math.min(PageSegment.PAGES_MAX, 4 * perBlock));
            int changedOfTen = random.nextInt(11);
            var pages = new SegmentPages(pageBytes, base);
            List<Boolean> stored = new ArrayList<>();
            boolean isSame = count == base.pageCount();
            for (int page = 0; page < count; page++) {
                boolean isStored = page >= base.pageCount() || random.nextInt(10) < changedOfTen;
                stored.add(isStored);
                isSame &= !isStored;
                if (isStored) {
                    pages.addStored(page + 1);
                } else if (base.isZero(page)) {
                    pages.addZero();
                } else {
                    pages.addKept();
                }
            }
            assertThat(pages.isBase()).isEqualTo(isSame);
            List<Place> blocks = new ArrayList<>();
            StreamRef stream = stream(Math.ceilDiv(pages.storedCount(), perBlock), random, blocks);
            byte[] map = pages.build(stream).encode(pages.marks());

            List<List<Place>> expected = expected(stored, blocks, perBlock);
            for (int page = 0; page < count; page++) {
                if (!stored.get(page)) {
                    expected.set(page, before.get(page));
                }
            }
            assertThat(places(PageSegment.decode(map, "map"))).isEqualTo(expected);
            PageMarks marks = Objects.requireNonNull(PageMarks.decode(map, "map"));
            for (int page = 0; page < count; page++) {
                assertThat(marks.of(page))
                        .isEqualTo(stored.get(page) ? page + 1 : base.marks().of(page));
            }
        }
    }

    /// Goal: parts that several threads copied are the segment, whichever came last. Method: parts
    /// of chance in an order of chance; the same list of places and marks.
    @Test
    void partsTogetherAreTheSegment(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            int count = random.nextInt(1, 6);
            List<SegmentParts.Part> parts = new ArrayList<>();
            List<List<Place>> expected = new ArrayList<>();
            List<Integer> marks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parts.add(part(random, expected, marks));
            }
            List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
            Collections.shuffle(order, Random.from(random));
            var whole = new SegmentParts(count);
            for (int i = 0; i < count; i++) {
                boolean isComplete = whole.add(order.get(i), parts.get(order.get(i)));
                assertThat(isComplete).isEqualTo(i == count - 1);
            }
            byte[] map = whole.map().encode(whole.marks());

            assertThat(places(PageSegment.decode(map, "map"))).isEqualTo(expected);
            PageMarks decoded = Objects.requireNonNull(PageMarks.decode(map, "map"));
            assertThat(IntStream.range(0, expected.size()).map(decoded::of))
                    .containsExactlyElementsOf(marks);
            assertThat(whole.storedCount())
                    .isEqualTo(expected.stream().filter(place -> !place.isEmpty()).count());
        }
    }

    private static SegmentParts.Part part(
            RandomGenerator random, List<List<Place>> expected, List<Integer> marks) {
        int perBlock = BlockPlaces.BLOCK_BYTES / 16384;
        var pages = new SegmentPages(16384, null);
        List<Boolean> stored = new ArrayList<>();
        int count = random.nextInt(1, 3 * perBlock);
        for (int page = 0; page < count; page++) {
            boolean isStored = random.nextInt(10) > 0;
            stored.add(isStored);
            if (isStored) {
                marks.add(random.nextInt(1, Integer.MAX_VALUE));
                pages.addStored(marks.getLast());
            } else {
                marks.add(PageMarks.ZERO_PAGE);
                pages.addZero();
            }
        }
        List<Place> blocks = new ArrayList<>();
        StreamRef stream = stream(Math.ceilDiv(pages.storedCount(), perBlock), random, blocks);
        expected.addAll(expected(stored, blocks, perBlock));
        return new SegmentParts.Part(count, pages.storedCount(), pages.runs(stream), pages.marks());
    }

    private static BaseSegment base(RandomGenerator random, int pageBytes, int count) {
        var pages = new SegmentPages(pageBytes, null);
        for (int page = 0; page < Math.min(count, PageSegment.PAGES_MAX); page++) {
            if (random.nextInt(10) == 0) {
                pages.addZero();
            } else {
                pages.addStored(-1 - page);
            }
        }
        int blocks = Math.ceilDiv(pages.storedCount(), BlockPlaces.BLOCK_BYTES / pageBytes);
        PageSegment map = pages.build(stream(blocks, random, new ArrayList<>()));
        return new BaseSegment(StreamRef.EMPTY, map, pages.marks());
    }

    @Test
    void aSegmentOfZerosNeedsNoStream() {
        var pages = new SegmentPages(16384, null);
        for (int i = 0; i < 64; i++) {
            pages.addZero();
        }
        assertThat(pages.build(StreamRef.EMPTY).runs()).containsExactly(new PageRun.Zero(64));
    }

    @Test
    void aStreamOfAnotherLengthIsABug(RandomGenerator random) {
        var pages = new SegmentPages(16384, null);
        pages.addStored(1);
        assertThatThrownBy(() -> pages.build(stream(2, random, new ArrayList<>())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
