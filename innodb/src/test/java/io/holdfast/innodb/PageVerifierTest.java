package io.holdfast.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

/// Goal: a page is whole exactly if one of its format's checksums fits, and whatever the bytes are
/// there is a verdict.
@Seeded
final class PageVerifierTest {
    private static final int[] PLAIN = {4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10};
    private static final int INDEX = PageType.INDEX.number();

    private static PageVerdict verify(byte[] page) {
        return verify(PageSize.plain(page.length), page);
    }

    private static PageVerdict verify(PageSize size, byte[] page) {
        try (var verifier = new PageVerifier(size, false)) {
            return verifier.verify(page, 0);
        }
    }

    private static PageVerdict.Whole whole(PageChecksum checksum) {
        return new PageVerdict.Whole(checksum);
    }

    @Test
    void aPageOfEachSizeIsWholeWithItsCrc(RandomGenerator random) {
        for (int pageBytes : PLAIN) {
            assertThat(verify(Pages.plain(pageBytes, INDEX, random)))
                    .isEqualTo(whole(PageChecksum.CRC32C));
        }
        for (int zip = 1 << 10; zip <= 16 << 10; zip *= 2) {
            assertThat(verify(new PageSize(16 << 10, zip), Pages.zip(zip, random)))
                    .isEqualTo(whole(PageChecksum.CRC32C));
        }
    }

    @Test
    void theJdksCrcIsTheOneThatTheServerDocuments() {
        byte[] check = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var crc = new java.util.zip.CRC32C();
        crc.update(check);
        assertThat(crc.getValue()).isEqualTo(0xE306_9283L);
    }

    @Test
    void aPageMayLieAnywhereInTheArray(RandomGenerator random) {
        byte[] page = Pages.plain(4096, INDEX, random);
        byte[] around = new byte[4096 * 3];
        random.nextBytes(around);
        int offset = random.nextInt(4096 * 2);
        System.arraycopy(page, 0, around, offset, page.length);
        try (var verifier = new PageVerifier(PageSize.plain(4096), false)) {
            assertThat(verifier.verify(around, offset)).isEqualTo(whole(PageChecksum.CRC32C));
            assertThat(verifier.verify(around, offset == 0 ? 1 : offset - 1).isSuspect()).isTrue();
        }
    }

    /// Goal: no single flipped bit goes unseen but in bytes 26..38, which the sum leaves out.
    /// Method: all of them.
    @Test
    void everyFlippedBitOfAPlainPageIsSeen(RandomGenerator random) {
        byte[] page = Pages.plain(4096, INDEX, random);
        try (var verifier = new PageVerifier(PageSize.plain(4096), false)) {
            for (int bit = 0; bit < page.length * 8; bit++) {
                flip(page, bit);
                boolean isLeftOut = bit / 8 >= 26 && bit / 8 < 38;
                assertThat(verifier.verify(page, 0).isSuspect())
                        .as("bit %d", bit)
                        .isEqualTo(!isLeftOut);
                flip(page, bit);
            }
            assertThat(verifier.verify(page, 0).isSuspect()).isFalse();
        }
    }

    @Test
    void everyFlippedBitOfAZipPageIsSeen(RandomGenerator random) {
        byte[] page = Pages.zip(1024, random);
        try (var verifier = new PageVerifier(new PageSize(16 << 10, 1024), false)) {
            for (int bit = 0; bit < page.length * 8; bit++) {
                flip(page, bit);
                int at = bit / 8;
                boolean isLeftOut = (at >= 16 && at < 24) || (at >= 26 && at < 34);
                assertThat(verifier.verify(page, 0).isSuspect())
                        .as("bit %d", bit)
                        .isEqualTo(!isLeftOut);
                flip(page, bit);
            }
        }
    }

    /// A type of one bit's difference to 15 or 16 must not take a page out of verification.
    @Test
    void aPageThatSeemsEncryptedIsSuspectUnlessItsTablespaceIs(RandomGenerator random) {
        for (int type = 15; type <= 17; type++) {
            byte[] page = Pages.plain(4096, type, random);
            assertThat(verify(page)).isEqualTo(new PageVerdict.Encrypted(false));
            try (var verifier = new PageVerifier(PageSize.plain(4096), true)) {
                assertThat(verifier.verify(page, 0)).isEqualTo(new PageVerdict.Encrypted(true));
            }
        }
    }

    @Test
    void halfAnOldPageAndHalfANewOneIsTorn(RandomGenerator random) {
        byte[] before = Pages.plain(16 << 10, INDEX, random);
        byte[] after = Pages.plain(16 << 10, INDEX, random);
        System.arraycopy(before, 4096, after, 4096, before.length - 4096);
        assertThat(verify(after)).isInstanceOf(PageVerdict.Torn.class);
    }

    @Test
    void onlyAPageWithoutASingleBitIsZero() {
        for (int pageBytes : PLAIN) {
            byte[] page = new byte[pageBytes];
            assertThat(verify(page)).isEqualTo(new PageVerdict.Zero());
            page[30] = 1;
            assertThat(verify(page)).isEqualTo(whole(PageChecksum.UNUSED));
            page[pageBytes - 100] = 1;
            assertThat(verify(page)).isInstanceOf(PageVerdict.Mismatch.class);
        }
        byte[] zip = new byte[2048];
        var size = new PageSize(16 << 10, 2048);
        assertThat(verify(size, zip)).isEqualTo(new PageVerdict.Zero());
        zip[2047] = 1;
        assertThat(verify(size, zip)).isInstanceOf(PageVerdict.Mismatch.class);
    }

    @Test
    void allChecksumsThatAServerAcceptsAreAccepted(RandomGenerator random) {
        byte[] page = Pages.plain(8192, INDEX, random);
        Pages.withSums(page, PageChecksum.NONE_MAGIC);
        assertThat(verify(page)).isEqualTo(whole(PageChecksum.NONE));

        Pages.withSums(page, new PageSums().crc32cSwapped(page, 0, page.length));
        assertThat(verify(page)).isEqualTo(whole(PageChecksum.CRC32C_SWAPPED));

        BigEndian.put32(page, 0, PageSums.foldHead(page, 0, page.length));
        BigEndian.put32(page, page.length - 8, PageSums.foldTail(page, 0));
        assertThat(verify(page)).isEqualTo(whole(PageChecksum.INNODB));
        page[5000] ^= 1;
        assertThat(verify(page)).isInstanceOf(PageVerdict.Mismatch.class);

        BigEndian.put32(page, 0, 0);
        BigEndian.put32(page, page.length - 8, PageSums.foldTail(page, 0));
        assertThat(verify(page)).isEqualTo(whole(PageChecksum.ANCIENT));
    }

    @Test
    void allChecksumsOfZipPagesAreAccepted(RandomGenerator random) {
        byte[] page = Pages.zip(4096, random);
        var size = new PageSize(16 << 10, 4096);
        var sums = new PageSums();
        BigEndian.put32(page, 0, PageChecksum.NONE_MAGIC);
        assertThat(verify(size, page)).isEqualTo(whole(PageChecksum.NONE));
        BigEndian.put32(page, 0, sums.zipAdler(page, 0, page.length));
        assertThat(verify(size, page)).isEqualTo(whole(PageChecksum.INNODB));
    }

    /// Against Adler-32 as its definition says, begun at 0.
    @Test
    void theZipSumIsAdlerBegunAtZero(RandomGenerator random) {
        byte[] page = Pages.zip(16 << 10, random);
        long first = 0;
        long second = 0;
        for (int at = 4; at < page.length; at++) {
            if ((at >= 16 && at < 24) || (at >= 26 && at < 34)) {
                continue;
            }
            first = (first + (page[at] & 0xFF)) % 65521;
            second = (second + first) % 65521;
        }
        assertThat(new PageSums().zipAdler(page, 0, page.length))
                .isEqualTo((int) (second << 16 | first));
    }

    @Test
    void pageCompressedPagesAreJudgedAsWhatTheyWere(RandomGenerator random) {
        for (int pageBytes : PLAIN) {
            byte[] page = Pages.dull(pageBytes, INDEX, random);
            for (byte[] packed : new byte[][] {zlib(page), lz4(page)}) {
                assertThat(verify(packed)).isEqualTo(whole(PageChecksum.CRC32C));
                packed[PageHeader.LSN + 7] ^= 1;
                assertThat(verify(packed)).isInstanceOf(PageVerdict.Torn.class);
                packed[PageHeader.LSN + 7] ^= 1;
                packed[0] ^= 1;
                assertThat(verify(packed)).isInstanceOf(PageVerdict.Mismatch.class);
            }
        }
    }

    @Test
    void aPageThatCannotBeUnpackedSaysWhy(RandomGenerator random) {
        byte[] page = zlib(Pages.dull(16 << 10, INDEX, random));
        assertThat(changed(page, 26, 3)).isEqualTo(reason(PageVerdict.Undecodable.Reason.VERSION));
        assertThat(changed(page, 27, 3))
                .isEqualTo(reason(PageVerdict.Undecodable.Reason.ALGORITHM));
        assertThat(changed(page, 27, 2)).isEqualTo(reason(PageVerdict.Undecodable.Reason.STREAM));
        assertThat(changed(page, 30, 0)).isEqualTo(reason(PageVerdict.Undecodable.Reason.STREAM));
        assertThat(changed(page, 30, 0xFF))
                .isEqualTo(reason(PageVerdict.Undecodable.Reason.LENGTHS));
        assertThat(changed(page, 32, 0xFF))
                .isEqualTo(reason(PageVerdict.Undecodable.Reason.LENGTHS));
        assertThat(changed(page, 33, 0)).isEqualTo(reason(PageVerdict.Undecodable.Reason.STREAM));
    }

    private static PageVerdict reason(PageVerdict.Undecodable.Reason reason) {
        return new PageVerdict.Undecodable(reason);
    }

    private static PageVerdict changed(byte[] page, int at, int value) {
        byte[] copy = page.clone();
        copy[at] = (byte) value;
        return verify(copy);
    }

    /// Goal: there is a verdict for all bytes, in time. Method: random pages and damaged good ones.
    @Test
    void anyBytesHaveAVerdict(RandomGenerator random) {
        for (int round = 0; round < 3000; round++) {
            int pageBytes = PLAIN[random.nextInt(3)];
            byte[] page =
                    switch (random.nextInt(5)) {
                        case 0 -> Pages.plain(pageBytes, random.nextInt(1 << 16), random);
                        case 1 -> zlib(Pages.dull(pageBytes, INDEX, random));
                        case 2 -> lz4(Pages.dull(pageBytes, INDEX, random));
                        case 3 -> new byte[pageBytes];
                        default -> {
                            byte[] noise = new byte[pageBytes];
                            random.nextBytes(noise);
                            BigEndian.put16(noise, PageHeader.TYPE, PageType.PACKED.number());
                            noise[26] = (byte) random.nextInt(1, 3);
                            noise[27] = (byte) random.nextInt(1, 3);
                            yield noise;
                        }
                    };
            for (int i = random.nextInt(4); i > 0; i--) {
                flip(page, random.nextInt(random.nextBoolean() ? 64 * 8 : page.length * 8));
            }
            var size =
                    random.nextInt(4) == 0
                            ? new PageSize(16 << 10, pageBytes)
                            : PageSize.plain(pageBytes);
            PageVerdict verdict = verify(size, page);
            assertThat(verdict.describe()).startsWith("page ");
        }
    }

    private static void flip(byte[] page, int bit) {
        page[bit / 8] ^= (byte) (1 << bit % 8);
    }

    private static byte[] zlib(byte[] page) {
        byte[] out = new byte[page.length];
        try (var deflater = new Deflater()) {
            deflater.setInput(page, PageHeader.BYTES, page.length - PageHeader.BYTES);
            deflater.finish();
            int count = deflater.deflate(out);
            return Pages.packed(page, 1, Arrays.copyOf(out, count));
        }
    }

    private static byte[] lz4(byte[] page) {
        byte[] compressed =
                LZ4Factory.safeInstance()
                        .fastCompressor()
                        .compress(page, PageHeader.BYTES, page.length - PageHeader.BYTES);
        return Pages.packed(page, 2, compressed);
    }
}
