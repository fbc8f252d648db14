package io.holdfast.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: every record that deletes a file is found wherever it lies, and nothing behind the log's
/// end. Method: hand-typed records among random bytes, cut into blocks.
@Seeded
final class RedoDeletionsTest {
    private static final long FIRST_LSN = 512 * 1000;
    private static final int RECORDS_PER_BLOCK = 496;

    private static byte[] record(int type, byte[] space, String path) {
        var out = new ByteArrayOutputStream();
        out.write(type);
        out.writeBytes(space);
        out.write(0);
        out.write((path.length() + 1) >> 8);
        out.write(path.length() + 1);
        out.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
        out.write(0);
        return out.toByteArray();
    }

    private static byte[] bytes(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return all;
    }

    /// Whole blocks that hold these records, the last one not full.
    private static byte[] blocks(byte[] records) {
        int count = records.length / RECORDS_PER_BLOCK + 1;
        byte[] blocks = new byte[count * RedoBlock.BYTES];
        for (int i = 0; i < count; i++) {
            int from = i * RECORDS_PER_BLOCK;
            int used = Math.min(RECORDS_PER_BLOCK, records.length - from);
            int at = i * RedoBlock.BYTES;
            BigEndian.put16(blocks, at + 4, used == RECORDS_PER_BLOCK ? 512 : 12 + used);
            System.arraycopy(records, from, blocks, at + 12, used);
        }
        return blocks;
    }

    private static long end(byte[] records) {
        return FIRST_LSN
                + records.length / RECORDS_PER_BLOCK * 512L
                + 12
                + records.length % RECORDS_PER_BLOCK;
    }

    private static Set<Long> found(byte[] records, long endLsn) {
        var deletions = new RedoDeletions(FIRST_LSN, endLsn);
        byte[] blocks = blocks(records);
        deletions.accept(blocks, 0, blocks.length);
        return deletions.finish();
    }

    @Test
    void numbersOfAnyLength() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(record(0xA3, bytes(5), "./d/a.ibd"));
        out.writeBytes(record(0x23, bytes(0x81, 0x02), "./d/b.ibd"));
        out.writeBytes(record(0xA3, bytes(0xC1, 0x02, 0x03), "./d/c.ibd"));
        out.writeBytes(record(0xA3, bytes(0xE1, 0x02, 0x03, 0x04), "/elsewhere/d.ibd"));
        out.writeBytes(record(0xA3, bytes(0xF0, 0xFF, 0xFF, 0xFF, 0xEF), "./undo.ibu"));
        byte[] records = out.toByteArray();
        assertThat(found(records, end(records)))
                .containsExactlyInAnyOrder(5L, 0x102L, 0x1_02_03L, 0x1_02_03_04L, 0xFFFF_FFEFL);
    }

    @Test
    void otherRecordsAreNone() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(record(0x22, bytes(5), "./d/a.ibd"));
        out.writeBytes(record(0x23, bytes(6), "./d/a.txt"));
        out.writeBytes(record(0x23, bytes(7), "./d\0/a.ibd"));
        out.writeBytes(record(0x23, bytes(0xFF), "./d/a.ibd"));
        byte[] records = out.toByteArray();
        assertThat(found(records, end(records))).isEmpty();
    }

    @Test
    void whatLiesBehindTheEndDoesNotCount() {
        byte[] records = record(0x23, bytes(5), "./d/a.ibd");
        assertThat(found(records, end(records))).containsExactly(5L);
        for (long lsn = FIRST_LSN; lsn < end(records); lsn++) {
            assertThat(found(records, lsn)).as("end %d", lsn).isEmpty();
        }
    }

    @Test
    void anywhereAmongOtherBytes(RandomGenerator random) {
        for (int round = 0; round < 20; round++) {
            var out = new ByteArrayOutputStream();
            Set<Long> expected = new TreeSet<>();
            for (int i = 0; i < 40; i++) {
                byte[] noise = new byte[random.nextInt(20_000)];
                for (int at = 0; at < noise.length; at++) {
                    noise[at] = (byte) (random.nextInt(2) * 0x23); // begins like one, and is none
                }
                out.writeBytes(noise);
                out.write(0); // else the record's type may be the number of one that begins before
                long space = random.nextInt(128);
                expected.add(space);
                String path = "./" + "d".repeat(random.nextInt(600)) + ".ibd";
                out.writeBytes(record(0xA3, bytes((int) space), path));
            }
            byte[] records = out.toByteArray();
            assertThat(found(records, end(records))).isEqualTo(expected);
        }
    }
}
