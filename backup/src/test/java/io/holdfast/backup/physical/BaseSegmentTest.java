package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.physical.BaseSegment.Match;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Goal: a page is the base's only if it is older than the base's start and the very same one; an
/// old one that differs is a contradiction, unless the base may have had a newer one from memory.
final class BaseSegmentTest {
    private static final int MARK = 0x1234;
    private static final long SINCE_LSN = 1000;

    private final BaseSegment base =
            new BaseSegment(
                    StreamRef.EMPTY,
                    new PageSegment(4, List.of(new PageRun.Zero(4))),
                    PageMarks.of(
                            new int[] {MARK, MARK, PageMarks.UNKNOWN, PageMarks.ZERO_PAGE}, 4));

    private Match match(int page, long lsn, int mark) {
        return base.match(page, page == 0, lsn, mark, SINCE_LSN);
    }

    @Test
    void anOldPageWithItsMarkIsTheBases() {
        assertThat(match(1, 999, MARK)).isEqualTo(Match.SAME);
        assertThat(match(0, 0, MARK)).isEqualTo(Match.SAME);
    }

    @Test
    void aPageFromTheBasesStartOnIsNot() {
        assertThat(match(1, 1000, MARK)).isEqualTo(Match.CHANGED);
        assertThat(match(4, 5, MARK)).isEqualTo(Match.CHANGED);
    }

    @Test
    void anOldPageWithAnotherMarkContradicts() {
        assertThat(match(1, 999, MARK + 1)).isEqualTo(Match.FOREIGN);
        assertThat(match(3, 999, MARK)).isEqualTo(Match.FOREIGN);
    }

    @Test
    void aFilesFirstPageAndOneFromMemoryAreOnlyStored() {
        assertThat(match(0, 999, MARK + 1)).isEqualTo(Match.CHANGED);
        assertThat(match(2, 999, MARK)).isEqualTo(Match.CHANGED);
    }

    /// A page's own mark is none of the two numbers that mean something else, so neither of them is
    /// ever found the same. Method: bytes whose CRC is the one in question.
    @Test
    void aMarkOfAPageIsNoneOfTheReserved() {
        byte[] page = new byte[64];
        var marks = new PageMark();
        for (int wanted : new int[] {PageMarks.ZERO_PAGE, PageMarks.UNKNOWN}) {
            forge(page, wanted);
            assertThat(marks.ofFirst(page, 0, 8)).isEqualTo(1);
        }
        assertThat(PageMarks.UNKNOWN).isNotEqualTo(PageMarks.ZERO_PAGE);
    }

    /// Four bytes before which there are four have every CRC once: they are found from its end.
    private static void forge(byte[] bytes, int wanted) {
        var crc = new CRC32C();
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ 0x82F63B78 : value >>> 1;
            }
            table[i] = value;
        }
        int state = ~wanted;
        for (int at = 7; at >= 4; at--) {
            int index = 0;
            while (table[index] >>> 24 != state >>> 24) {
                index++;
            }
            state = ((state ^ table[index]) << 8) | index;
        }
        crc.update(bytes, 0, 4);
        int start = ~(int) crc.getValue();
        int patch = state ^ start;
        for (int i = 0; i < 4; i++) {
            bytes[4 + i] = (byte) (patch >>> (8 * i));
        }
    }
}
