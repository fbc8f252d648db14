package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.format.PackId;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: every stored page is read, to where it belongs, and no block twice. Method: maps of any
/// order, against the map itself.
@Seeded
final class SegmentReadsTest {
    private record Place(PackId pack, int block, int inBlock) {}

    @Test
    void everyPageIsReadOnceAndEveryBlockOnce(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            PageSegment segment = any(random);
            var places = new Place[segment.pageCount()];
            var blocks = new HashSet<List<Object>>();
            for (SegmentReads.Read read : SegmentReads.of(segment).reads()) {
                for (int i = 0; i < read.run().count(); i++) {
                    int ordinal = read.run().first() + i;
                    assertThat(blocks.add(List.of(read.run().pack(), ordinal))).isTrue();
                    for (SegmentReads.Piece piece : read.piecesOf(ordinal)) {
                        for (int page = 0; page < piece.pageCount(); page++) {
                            assertThat(places[piece.page() + page]).isNull();
                            places[piece.page() + page] =
                                    new Place(
                                            read.run().pack(),
                                            ordinal,
                                            piece.firstInBlock() + page);
                        }
                    }
                }
            }
            assertThat(places).isEqualTo(placesOf(segment));
        }
    }

    @Test
    void blocksThatFollowOneAnotherAreOneRead() {
        var pack = new PackId(1, 2);
        var segment =
                new PageSegment(
                        7,
                        List.of(
                                new PageRun.Stored(2, pack, 5, 0),
                                new PageRun.Stored(2, pack, 4, 0),
                                new PageRun.Zero(2),
                                new PageRun.Stored(1, pack, 9, 3)));
        List<SegmentReads.Read> reads = SegmentReads.of(segment).reads();
        assertThat(reads).hasSize(2);
        assertThat(reads.getFirst().run().first()).isEqualTo(4);
        assertThat(reads.getFirst().run().count()).isEqualTo(2);
        assertThat(reads.getFirst().piecesOf(4)).containsExactly(new SegmentReads.Piece(2, 0, 2));
        assertThat(reads.getLast().piecesOf(9)).containsExactly(new SegmentReads.Piece(6, 3, 1));
    }

    private static PageSegment any(RandomGenerator random) {
        var runs = new ArrayList<PageRun>();
        int pages = random.nextInt(1, 500);
        List<PackId> packs = List.of(PackId.random(random), PackId.random(random));
        for (int left = pages; left > 0; ) {
            int count = Math.min(left, random.nextInt(1, 20));
            runs.add(
                    random.nextInt(4) == 0
                            ? new PageRun.Zero(count)
                            : new PageRun.Stored(
                                    count,
                                    packs.get(random.nextInt(2)),
                                    random.nextInt(30),
                                    random.nextInt(64)));
            left -= count;
        }
        return new PageSegment(pages, runs);
    }

    private static Place[] placesOf(PageSegment segment) {
        var places = new Place[segment.pageCount()];
        int page = 0;
        for (PageRun run : segment.runs()) {
            if (run instanceof PageRun.Stored(int count, PackId pack, int block, int first)) {
                for (int i = 0; i < count; i++) {
                    places[page + i] = new Place(pack, block, first + i);
                }
            }
            page += run.pageCount();
        }
        return places;
    }
}
