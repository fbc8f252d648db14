package io.holdfast.backup.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.physical.BaseSegment;
import io.holdfast.backup.physical.BlockPlaces;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: each page of a segment is the newest that came, wherever it was stored, by this backup or
/// by the one that it is based on, and has its mark. Method: random layers one over another,
/// against a list that holds a place and a mark for each page.
@Seeded
final class SegmentLayerTest {
    private static final int PAGE_BYTES = 64 << 10;
    private static final int PAGES_PER_BLOCK = BlockPlaces.BLOCK_BYTES / PAGE_BYTES;
    private static final String ZERO = "zero 0";

    @Test
    void eachPageIsTheNewestThatCame(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            var bases = new ArrayList<String>();
            SegmentMap earlier = lay(random, 99, null, null, bases, bases);
            var base = new BaseSegment(StreamRef.EMPTY, earlier.pages(), earlier.marks());
            var model = new ArrayList<String>();
            SegmentMap segment = null;
            for (int layer = 0; layer < 5; layer++) {
                segment = lay(random, layer, segment, base, bases, model);
                assertThat(places(segment)).isEqualTo(model);
            }
        }
    }

    /// @param bases what the base has of each page
    /// @param model what the segment has, and gets
    private static SegmentMap lay(
            RandomGenerator random,
            int number,
            @Nullable SegmentMap below,
            @Nullable BaseSegment base,
            List<String> bases,
            List<String> model) {
        var layer = new SegmentLayer(PAGE_BYTES, base);
        var pack = new PackId(number, 7);
        int pageCount = Math.max(1, model.size() + random.nextInt(40));
        while (model.size() < pageCount) {
            model.add(ZERO);
        }
        int stored = 0;
        for (int page = 0; page < pageCount; page++) {
            switch (random.nextInt(number == 0 ? 9 : 4)) {
                case 0 -> {
                    layer.addZero(page);
                    model.set(page, ZERO);
                }
                case 1 -> {}
                case 2 -> {
                    if (base != null && page < base.pageCount()) {
                        layer.addKept(page, base.marks().of(page));
                        model.set(page, bases.get(page));
                    }
                }
                default -> {
                    int mark = 1 + random.nextInt(1000);
                    layer.addStored(page, mark);
                    model.set(page, place(pack, block(stored), stored % PAGES_PER_BLOCK, mark));
                    stored++;
                }
            }
        }
        return layer.over(below, stream(pack, stored), pageCount);
    }

    /// Streams that share a pack with others have their blocks apart.
    private static int block(int stored) {
        return 3 + stored / PAGES_PER_BLOCK * 2;
    }

    private static StreamRef stream(PackId pack, int stored) {
        var runs = new ArrayList<BlockRun>();
        for (int i = 0; i < Math.ceilDiv(stored, PAGES_PER_BLOCK); i++) {
            runs.add(new BlockRun(pack, block(i * PAGES_PER_BLOCK), 1));
        }
        return new StreamRef(runs, (long) stored * PAGE_BYTES, "00000000");
    }

    private static String place(PackId pack, int block, int inBlock, int mark) {
        return pack + " " + block + " " + inBlock + " " + mark;
    }

    private static List<String> places(SegmentMap segment) {
        var places = new ArrayList<String>();
        for (PageRun run : segment.pages().runs()) {
            for (int i = 0; i < run.pageCount(); i++) {
                int mark = segment.marks().of(places.size());
                places.add(
                        switch (run) {
                            case PageRun.Zero _ -> "zero " + mark;
                            case PageRun.Stored(_, var pack, int block, int first) ->
                                    place(pack, block, first + i, mark);
                        });
            }
        }
        return places;
    }

    /// What is equal to the base's map is not stored again.
    @Test
    void aSegmentOfKeptPagesIsTheBases(RandomGenerator random) {
        SegmentMap earlier = lay(random, 99, null, null, List.of(), new ArrayList<>());
        var base = new BaseSegment(StreamRef.EMPTY, earlier.pages(), earlier.marks());
        var first = new SegmentLayer(PAGE_BYTES, base);
        var second = new SegmentLayer(PAGE_BYTES, base);
        for (int page = 0; page < base.pageCount(); page++) {
            (random.nextBoolean() ? first : second).addKept(page, base.marks().of(page));
        }
        SegmentMap below = first.over(null, StreamRef.EMPTY, base.pageCount());
        assertThat(second.over(below, StreamRef.EMPTY, base.pageCount()).pages())
                .isEqualTo(base.pages());
    }

    @Test
    void aPageThatTheBaseLacksIsNotKept() {
        var base =
                new BaseSegment(
                        StreamRef.EMPTY,
                        new PageSegment(2, List.of(new PageRun.Zero(2))),
                        PageMarks.of(new int[2], 2));
        assertThatThrownBy(() -> new SegmentLayer(PAGE_BYTES, base).addKept(2, 5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentLayer(PAGE_BYTES, null).addKept(0, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pagesOfZerosAreOneRun() {
        var layer = new SegmentLayer(PAGE_BYTES, null);
        layer.addZero(0);
        layer.addZero(1);
        assertThat(layer.over(null, StreamRef.EMPTY, 5).pages().runs())
                .containsExactly(new PageRun.Zero(5));
    }

    @Test
    void aPageBehindAnotherIsTakenAndNoOther() {
        var layer = new SegmentLayer(PAGE_BYTES, null);
        layer.addZero(7);
        assertThat(layer.takes(7)).isFalse();
        assertThat(layer.takes(8)).isTrue();
        assertThat(layer.end()).isEqualTo(8);
        assertThatThrownBy(() -> layer.addStored(3, 9))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamOfOtherSizeIsRefused() {
        var layer = new SegmentLayer(PAGE_BYTES, null);
        layer.addStored(0, 9);
        assertThatThrownBy(() -> layer.over(null, StreamRef.EMPTY, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
