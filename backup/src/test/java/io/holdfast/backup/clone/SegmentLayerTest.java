package io.holdfast.backup.clone;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: each page of a segment is the newest that came, wherever it was stored. Method: random
/// layers one over another, against a list that holds a place for each page.
@Seeded
final class SegmentLayerTest {
    private static final int PAGE_BYTES = 64 << 10;
    private static final int PAGES_PER_BLOCK = SegmentLayer.BLOCK_BYTES / PAGE_BYTES;
    private static final String ZERO = "zero";

    @Test
    void eachPageIsTheNewestThatCame(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            var model = new ArrayList<String>();
            PageSegment segment = null;
            for (int layer = 0; layer < 5; layer++) {
                segment = lay(random, layer, segment, model);
                assertThat(places(segment)).isEqualTo(model);
            }
        }
    }

    private static PageSegment lay(
            RandomGenerator random, int number, @Nullable PageSegment below, List<String> model) {
        var layer = new SegmentLayer(PAGE_BYTES);
        var pack = new PackId(number, 7);
        int pageCount = Math.max(1, model.size() + random.nextInt(40));
        while (model.size() < pageCount) {
            model.add(ZERO);
        }
        int stored = 0;
        for (int page = 0; page < pageCount; page++) {
            switch (random.nextInt(number == 0 ? 8 : 3)) {
                case 0 -> {
                    layer.addZero(page);
                    model.set(page, ZERO);
                }
                case 1 -> {}
                default -> {
                    layer.addStored(page);
                    model.set(page, place(pack, block(stored), stored % PAGES_PER_BLOCK));
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

    private static String place(PackId pack, int block, int inBlock) {
        return pack + " " + block + " " + inBlock;
    }

    private static List<String> places(PageSegment segment) {
        var places = new ArrayList<String>();
        for (PageRun run : segment.runs()) {
            for (int i = 0; i < run.pageCount(); i++) {
                places.add(
                        switch (run) {
                            case PageRun.Zero _ -> ZERO;
                            case PageRun.Stored(_, var pack, int block, int first) ->
                                    place(pack, block, first + i);
                        });
            }
        }
        return places;
    }

    @Test
    void pagesOfZerosAreOneRun() {
        var layer = new SegmentLayer(PAGE_BYTES);
        layer.addZero(0);
        layer.addZero(1);
        assertThat(layer.over(null, StreamRef.EMPTY, 5).runs())
                .containsExactly(new PageRun.Zero(5));
    }

    @Test
    void aPageBehindAnotherIsTakenAndNoOther() {
        var layer = new SegmentLayer(PAGE_BYTES);
        layer.addZero(7);
        assertThat(layer.takes(7)).isFalse();
        assertThat(layer.takes(8)).isTrue();
        assertThat(layer.end()).isEqualTo(8);
        assertThatThrownBy(() -> layer.addStored(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamOfOtherSizeIsRefused() {
        var layer = new SegmentLayer(PAGE_BYTES);
        layer.addStored(0);
        assertThatThrownBy(() -> layer.over(null, StreamRef.EMPTY, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
