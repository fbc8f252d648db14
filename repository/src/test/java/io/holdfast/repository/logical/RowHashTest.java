package io.holdfast.repository.logical;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.holdfast.testkit.Seeded;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
class RowHashTest {
    @Test
    void noRowsHashToZero() {
        assertThat(new RowHash().text()).isEqualTo("0".repeat(32));
    }

    @Test
    void isTheSumModuloTwoToThe128OfTheRowsHashes(RandomGenerator random) {
        List<byte[]> rows = rows(random);
        BigInteger sum = BigInteger.ZERO;
        for (byte[] row : rows) {
            HashValue128 value = Hashing.xxh3_128().hashBytesTo128Bits(row);
            sum =
                    sum.add(unsigned(value.getMostSignificantBits()).shiftLeft(64))
                            .add(unsigned(value.getLeastSignificantBits()));
        }
        BigInteger expected = sum.mod(BigInteger.ONE.shiftLeft(128));
        assertThat(new BigInteger(hash(rows, random).text(), 16)).isEqualTo(expected);
    }

    @Test
    void neitherOrderNorPiecesNorChunksChangeIt(RandomGenerator random) {
        List<byte[]> rows = rows(random);
        String whole = hash(rows, random).text();
        int cut = random.nextInt(rows.size() + 1);
        var chunks = new RowHash();
        chunks.add(hash(rows.subList(0, cut), random).text());
        chunks.add(hash(rows.subList(cut, rows.size()), random).text());
        assertThat(chunks.text()).isEqualTo(whole);

        Collections.shuffle(rows, new Random(random.nextLong()));
        assertThat(hash(rows, random).text()).isEqualTo(whole);
    }

    @Test
    void oneBitMoreChangesIt(RandomGenerator random) {
        List<byte[]> rows = rows(random);
        String before = hash(rows, random).text();
        byte[] row = rows.get(random.nextInt(rows.size()));
        row[random.nextInt(row.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(hash(rows, random).text()).isNotEqualTo(before);
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static List<byte[]> rows(RandomGenerator random) {
        List<byte[]> rows = new ArrayList<>();
        int count = random.nextInt(1, 50);
        for (int i = 0; i < count; i++) {
            byte[] row = new byte[random.nextInt(1, 700)];
            random.nextBytes(row);
            rows.add(row);
        }
        return rows;
    }

    private static RowHash hash(List<byte[]> rows, RandomGenerator random) {
        var hash = new RowHash();
        for (byte[] row : rows) {
            int cut = random.nextInt(row.length + 1);
            hash.piece(row, 0, cut);
            hash.piece(row, cut, row.length - cut);
            hash.endRow();
        }
        return hash;
    }
}
