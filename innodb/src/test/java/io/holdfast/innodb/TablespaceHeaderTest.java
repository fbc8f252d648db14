package io.holdfast.innodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: the header is read as its table says, for every page size, and nothing but a header is
/// taken for one.
@Seeded
final class TablespaceHeaderTest {
    private static final int FLAGS_TABLE = 0x4021;

    private static byte[] page(int pageBytes, int flags) {
        byte[] page = new byte[pageBytes];
        BigEndian.put32(page, 8, 90704);
        BigEndian.put32(page, 12, 1);
        BigEndian.put64(page, 16, 123_456_789_012L);
        BigEndian.put32(page, 34, 77);
        BigEndian.put32(page, 38, 77);
        BigEndian.put32(page, 46, 640);
        BigEndian.put32(page, 50, 128);
        BigEndian.put32(page, 54, flags);
        BigEndian.put64(page, 110, 9);
        return page;
    }

    private static TablespaceHeader decode(byte[] page) {
        return TablespaceHeader.decode(page, page.length, "t.ibd");
    }

    @Test
    void anOrdinaryTable() {
        byte[] page = page(16 << 10, FLAGS_TABLE);
        int sdi = 150 + 256 * 40 + 115;
        BigEndian.put32(page, sdi, 1);
        BigEndian.put32(page, sdi + 4, 3);

        assertThat(decode(page))
                .isEqualTo(
                        new TablespaceHeader(
                                77,
                                new TablespaceFlags(FLAGS_TABLE),
                                640,
                                128,
                                9,
                                123_456_789_012L,
                                90704,
                                1,
                                null,
                                0,
                                3,
                                0));
        assertThat(decode(page).mayHoldEncryptedPages()).isFalse();
        assertThat(decode(page).flags().hasSdi()).isTrue();
        assertThat(decode(page).flags().hasAtomicBlobs()).isTrue();
    }

    @Test
    void anEncryptedTableNamesItsMasterKey() {
        byte[] page = page(16 << 10, FLAGS_TABLE | 1 << 13);
        int at = 150 + 256 * 40;
        byte[] magic = "lCC".getBytes(StandardCharsets.US_ASCII);
        byte[] uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, page, at, 3);
        BigEndian.put32(page, at + 3, 4);
        System.arraycopy(uuid, 0, page, at + 7, 36);
        BigEndian.put32(page, at + 107, 0xFACE);

        TablespaceHeader header = decode(page);
        assertThat(header.encryption())
                .isEqualTo(new EncryptionRecord(3, 4, "3e11fa47-71ca-11e1-9e33-c80aa9429562"));
        assertThat(header.keySum()).isEqualTo(0xFACE);
        assertThat(header.mayHoldEncryptedPages()).isTrue();
    }

    @Test
    void allPageSizesAreKnown() {
        assertThat(new TablespaceFlags(0).pageSize()).isEqualTo(PageSize.plain(16 << 10));
        for (int n = 3; n <= 7; n++) {
            var size = PageSize.plain(512 << n);
            assertThat(new TablespaceFlags(n << 6).pageSize()).isEqualTo(size);
            assertThat(decode(page(512 << n, n << 6)).pageSize()).isEqualTo(size);
        }
        for (int n = 1; n <= 5; n++) {
            var size = new PageSize(16 << 10, 512 << n);
            assertThat(new TablespaceFlags(n << 1).pageSize()).isEqualTo(size);
            assertThat(decode(page(512 << n, n << 1)).pageSize()).isEqualTo(size);
        }
    }

    @Test
    void theOldDoublewriteBufferIsTheSecondAndThirdMebibyte() {
        var size = PageSize.plain(16 << 10);
        assertThat(size.isOldDoublewrite(63)).isFalse();
        assertThat(size.isOldDoublewrite(64)).isTrue();
        assertThat(size.isOldDoublewrite(191)).isTrue();
        assertThat(size.isOldDoublewrite(192)).isFalse();
        assertThat(PageSize.plain(4 << 10).isOldDoublewrite(256)).isTrue();
        assertThat(PageSize.plain(64 << 10).isOldDoublewrite(64)).isTrue();
    }

    @Test
    void everyNumberIsFlagsWithASizeOrRefused() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            String problem = TablespaceFlags.problemOf(bits);
            if (problem.isEmpty()) {
                assertThat(new TablespaceFlags(bits).pageSize().physicalBytes())
                        .isBetween(1 << 10, 64 << 10);
            } else {
                int refused = bits;
                assertThatThrownBy(() -> new TablespaceFlags(refused)).hasMessage(problem);
            }
        }
    }

    @Test
    void everyPrefixIsRefused() {
        byte[] page = page(1 << 10, 1 << 1);
        for (int byteCount = 0; byteCount < page.length; byteCount++) {
            int prefix = byteCount;
            assertThatThrownBy(() -> TablespaceHeader.decode(page, prefix, "t.ibd"))
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            e -> {
                                assertThat(e.problem().code())
                                        .isEqualTo(InnodbError.TABLESPACE_HEADER_IMPOSSIBLE);
                                assertThat(e.problem().where()).isEqualTo("t.ibd page 0");
                            });
        }
    }

    @Test
    void aPageThatIsNotTheFirstIsRefused() {
        byte[] later = page(4096, 3 << 6);
        BigEndian.put32(later, 4, 1);
        assertThatThrownBy(() -> decode(later)).hasMessageContaining("page 1 of its tablespace");
        byte[] other = page(4096, 3 << 6);
        BigEndian.put32(other, 34, 78);
        assertThatThrownBy(() -> decode(other)).hasMessageContaining("of tablespace 78");
    }

    @Test
    void anyBytesAreAHeaderOrRefused(RandomGenerator random) {
        for (int round = 0; round < 5000; round++) {
            byte[] page = page(random.nextInt(1, 65) << 10, random.nextInt(1 << 16));
            if (random.nextInt(4) == 0) {
                random.nextBytes(page);
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                page[random.nextInt(Math.min(page.length, 64))] = (byte) random.nextInt(256);
            }
            try {
                assertThat(decode(page).pageSize().physicalBytes())
                        .isLessThanOrEqualTo(page.length);
            } catch (CorruptDataException refused) {
                assertThat(refused.problem().code())
                        .isEqualTo(InnodbError.TABLESPACE_HEADER_IMPOSSIBLE);
            }
        }
    }

    @Test
    void undoTablespacesKeepTheirNumberWhenTruncated() {
        assertThat(SpaceId.undoNumber(0xFFFF_FFEFL)).isEqualTo(1);
        assertThat(SpaceId.undoNumber(0xFFFF_FF70L)).isEqualTo(1);
        assertThat(SpaceId.undoNumber(0xFFFF_FFEEL)).isEqualTo(2);
        assertThat(SpaceId.isUndo(0xFFFF_FFF0L)).isFalse();
        assertThat(SpaceId.isUndo(0xFCF8_DA70L)).isTrue();
        assertThat(SpaceId.isUndo(0xFCF8_DA6FL)).isFalse();
        assertThat(SpaceId.isTemporary(0xFCF8_DA6FL)).isTrue();
        assertThat(SpaceId.isTemporary(0xFCF2_BFF0L)).isTrue();
        assertThat(SpaceId.isTemporary(0xFCF2_BFEFL)).isFalse();
        assertThat(SpaceId.isTemporary(SpaceId.TEMPORARY)).isTrue();
    }
}
