package io.holdfast.repository.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.repository.format.PackId;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class PageSegmentTest {
    private static PageSegment any(RandomGenerator random) {
        var runs = new ArrayList<PageRun>();
        int pages = random.nextInt(1, PageSegment.PAGES_MAX + 1);
        List<PackId> packs = List.of(PackId.random(random), PackId.random(random));
        for (int left = pages; left > 0; ) {
            int count = Math.min(left, random.nextInt(1, 200));
            runs.add(
                    random.nextInt(4) == 0
                            ? new PageRun.Zero(count)
                            : new PageRun.Stored(
                                    count,
                                    packs.get(random.nextInt(2)),
                                    random.nextInt(65_536),
                                    random.nextInt(64)));
            left -= count;
        }
        return new PageSegment(pages, runs);
    }

    @Test
    void aSegmentComesBack(RandomGenerator random) {
        for (int i = 0; i < 50; i++) {
            PageSegment segment = any(random);
            assertThat(PageSegment.decode(segment.encode(), "map")).isEqualTo(segment);
        }
    }

    /// Restores read the map and pass over the marks; backups read both.
    @Test
    void marksComeBackBesideTheSegment(RandomGenerator random) {
        for (int i = 0; i < 50; i++) {
            PageSegment segment = any(random);
            int[] numbers = random.ints(segment.pageCount()).toArray();
            byte[] bytes = segment.encode(PageMarks.of(numbers, numbers.length));
            assertThat(PageSegment.decode(bytes, "map")).isEqualTo(segment);
            PageMarks marks = Objects.requireNonNull(PageMarks.decode(bytes, "map"));
            for (int page = 0; page < numbers.length; page++) {
                assertThat(marks.of(page)).isEqualTo(numbers[page]);
            }
            assertThat(PageMarks.decode(segment.encode(), "map")).isNull();
            byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
            assertThatThrownBy(() -> PageSegment.decode(cut, "map"))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void everyCutIsFound(RandomGenerator random) {
        byte[] bytes = any(random).encode();
        for (int end = 0; end < bytes.length; end++) {
            byte[] cut = Arrays.copyOf(bytes, end);
            assertThatThrownBy(() -> PageSegment.decode(cut, "map"))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void anyBytesAreASegmentOrDamage(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = any(random).encode();
            bytes[random.nextInt(Math.min(bytes.length, 60))] ^= (byte) (1 << random.nextInt(8));
            try {
                PageSegment segment = PageSegment.decode(bytes, "map");
                assertThat(PageSegment.decode(segment.encode(), "map")).isEqualTo(segment);
            } catch (CorruptDataException _) {
                // The declared answer to damage.
            }
        }
    }

    @Test
    void runsMustAddUp() {
        assertThatThrownBy(() -> new PageSegment(3, List.of(new PageRun.Zero(2))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
