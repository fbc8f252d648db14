package io.holdfast.innodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testkit.Seeded;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Goal: lists of changed pages are read exactly, and no damaged block gives any.
@Seeded
final class PageTrackTest {
    private static byte[] block(int type, byte[] data) {
        byte[] block = new byte[PageTrackBlock.BYTES];
        block[0] = 1;
        block[1] = (byte) type;
        BigEndian.put16(block, 6, data.length);
        BigEndian.put64(block, 8, 2_000_000);
        BigEndian.put64(block, 16, 1_000_000);
        BigEndian.put64(block, 24, 5);
        System.arraycopy(data, 0, block, 32, data.length);
        var crc = new CRC32C();
        crc.update(data);
        BigEndian.put32(block, 2, crc.getValue());
        return block;
    }

    private static byte[] pages(long... pageIds) {
        byte[] data = new byte[pageIds.length * 8];
        for (int i = 0; i < pageIds.length; i++) {
            BigEndian.put64(data, i * 8, pageIds[i]);
        }
        return data;
    }

    @Test
    void pagesAreNamedByTablespaceAndNumber() {
        long page = PageId.of(SpaceId.DICTIONARY, 4711);
        assertThat(PageId.spaceId(page)).isEqualTo(SpaceId.DICTIONARY);
        assertThat(PageId.pageNumber(page)).isEqualTo(4711);
        byte[] file = pages(page, PageId.of(2, 0xFFFF_FFFEL));
        long[] found = new long[3];
        assertThat(ChangedPages.decode(file, 0, file.length, found)).isEqualTo(2);
        assertThat(found).containsExactly(page, PageId.of(2, 0xFFFF_FFFEL), 0);
        assertThat(ChangedPages.decode(file, 8, 7, found)).isZero();
        assertThatThrownBy(() -> ChangedPages.decode(file, 0, 16, new long[1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDataBlock() {
        byte[] block = block(1, pages(PageId.of(1, 2), PageId.of(3, 4)));
        assertThat(PageTrackBlock.decode(block, 0))
                .isEqualTo(new PageTrackBlock.Pages(5, 2_000_000, 1_000_000, 2));
        long[] found = new long[2];
        int count = ChangedPages.decode(block, PageTrackBlock.HEADER_BYTES, 16, found);
        assertThat(count).isEqualTo(2);
        assertThat(found).containsExactly(PageId.of(1, 2), PageId.of(3, 4));
    }

    @Test
    void aResetBlock() {
        byte[] data = new byte[16];
        BigEndian.put64(data, 0, 1_000_000);
        BigEndian.put16(data, 8, 0);
        BigEndian.put16(data, 10, 32);
        BigEndian.put16(data, 12, 7);
        BigEndian.put16(data, 14, 40);
        assertThat(PageTrackBlock.decode(block(0, data), 0))
                .isEqualTo(
                        new PageTrackBlock.Resets(
                                5,
                                1_000_000,
                                List.of(
                                        new PageTrackBlock.ResetPoint(0, 32),
                                        new PageTrackBlock.ResetPoint(7, 40))));
    }

    @Test
    void aBlockOfZerosWasNeverWritten() {
        assertThat(PageTrackBlock.decode(new byte[PageTrackBlock.BYTES], 0))
                .isEqualTo(new PageTrackBlock.Unused());
    }

    @Test
    void everyFlippedBitOfTheDataIsSeen(RandomGenerator random) {
        long[] ids = random.longs(20).toArray();
        byte[] block = block(1, pages(ids));
        for (int bit = 32 * 8; bit < (32 + 160) * 8; bit++) {
            block[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(PageTrackBlock.decode(block, 0)).isInstanceOf(PageTrackBlock.Corrupt.class);
            block[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void anyBytesAreABlockOrCorrupt(RandomGenerator random) {
        for (int round = 0; round < 3000; round++) {
            byte[] data = new byte[random.nextInt(100)];
            random.nextBytes(data);
            byte[] block = block(random.nextInt(3), data);
            for (int i = random.nextInt(3); i > 0; i--) {
                block[random.nextInt(40)] = (byte) random.nextInt(256);
            }
            switch (PageTrackBlock.decode(block, 0)) {
                case PageTrackBlock.Pages(_, _, _, int pageCount) ->
                        assertThat(pageCount).isBetween(0, PageTrackBlock.PAGES_MAX);
                case PageTrackBlock.Resets _,
                        PageTrackBlock.Corrupt _,
                        PageTrackBlock.Unused _ -> {}
            }
        }
    }
}
