package io.holdfast.innodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.testkit.Seeded;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: a run of redo blocks is read exactly as far as the server has written it, and what we
/// write is what we read.
@Seeded
final class RedoTest {
    private static final int BLOCK = RedoBlock.BYTES;

    /// Full blocks from `startLsn` on, the last of them with `tailBytes` in use if that is not 512.
    private static byte[] log(long startLsn, int blocks, int tailBytes, RandomGenerator random) {
        byte[] log = new byte[blocks * BLOCK];
        for (int i = 0; i < blocks; i++) {
            int used = i == blocks - 1 ? tailBytes : BLOCK;
            block(log, i * BLOCK, startLsn + (long) i * BLOCK, used, random);
        }
        return log;
    }

    private static void block(byte[] log, int at, long lsn, int dataBytes, RandomGenerator random) {
        byte[] data = new byte[Math.min(dataBytes, RedoBlock.CHECKSUM)];
        random.nextBytes(data);
        System.arraycopy(data, 0, log, at, data.length);
        BigEndian.put32(log, at + RedoBlock.NUMBER, RedoBlock.number(lsn));
        BigEndian.put16(log, at + RedoBlock.DATA_BYTES, dataBytes);
        BigEndian.put16(log, at + RedoBlock.FIRST_GROUP, 12);
        BigEndian.put32(log, at + RedoBlock.EPOCH, RedoBlock.epoch(lsn));
        RedoBlock.seal(log, at);
    }

    private static RedoScan scan(byte[] log, long startLsn) {
        return new RedoScanner().scan(log, 0, log.length, startLsn);
    }

    @Test
    void numbersBeginAnewAfterTwoToTheThirtyAndEpochsCountThat() {
        assertThat(RedoBlock.number(0)).isEqualTo(1);
        assertThat(RedoBlock.epoch(0)).isEqualTo(1);
        assertThat(RedoBlock.number(8192 + 511)).isEqualTo(17);
        long lastOfEpoch = (1L << 39) - 1;
        assertThat(RedoBlock.number(lastOfEpoch)).isEqualTo(1L << 30);
        assertThat(RedoBlock.epoch(lastOfEpoch)).isEqualTo(1);
        assertThat(RedoBlock.number(lastOfEpoch + 1)).isEqualTo(1);
        assertThat(RedoBlock.epoch(lastOfEpoch + 1)).isEqualTo(2);
    }

    @Test
    void aRunEndsAtTheTail(RandomGenerator random) {
        long start = (1L << 39) - 3 * BLOCK;
        for (int tail = 12; tail < 508; tail++) {
            RedoScan scan = scan(log(start, 7, tail, random), start);
            assertThat(scan)
                    .isEqualTo(new RedoScan(start, 6 * BLOCK, tail, false, RedoScan.Stop.TAIL));
            assertThat(scan.heldLsn()).isEqualTo(start + 6 * BLOCK + tail);
            assertThat(scan.reaches(scan.heldLsn())).isTrue();
            assertThat(scan.reaches(scan.heldLsn() + 1)).isFalse();
        }
    }

    /// The server's LSN is then behind the header of a block that does not exist yet.
    @Test
    void aLogThatEndsWithAFullBlockReachesIntoTheNext(RandomGenerator random) {
        RedoScan scan = scan(log(8192, 5, BLOCK, random), 8192);
        assertThat(scan)
                .isEqualTo(new RedoScan(8192, 5 * BLOCK, 0, false, RedoScan.Stop.BYTES_END));
        assertThat(scan.reaches(8192 + 5 * BLOCK + 12)).isTrue();
        assertThat(scan.reaches(8192 + 5 * BLOCK + 13)).isFalse();
    }

    @Test
    void blocksOfTheFilesEarlierUseAreNotTaken(RandomGenerator random) {
        byte[] log = log(1 << 20, 10, BLOCK, random);
        byte[] old = log(8192, 10, BLOCK, random);
        System.arraycopy(old, 4 * BLOCK, log, 4 * BLOCK, 6 * BLOCK);
        assertThat(scan(log, 1 << 20))
                .isEqualTo(new RedoScan(1 << 20, 4 * BLOCK, 0, false, RedoScan.Stop.NOT_WRITTEN));
        assertThat(scan(new byte[4 * BLOCK], 8192).stop()).isEqualTo(RedoScan.Stop.NOT_WRITTEN);
    }

    /// Their numbers fit again after 512 GiB of log; only the epoch tells.
    @Test
    void blocksOfAnEarlierEpochAreNotTaken(RandomGenerator random) {
        byte[] old = log(8192, 4, BLOCK, random);
        long now = 8192 + (1L << 39);
        assertThat(RedoBlock.decode(old, 0).number()).isEqualTo(RedoBlock.number(now));
        assertThat(scan(old, now).stop()).isEqualTo(RedoScan.Stop.NOT_WRITTEN);
        assertThat(scan(log(now, 4, BLOCK, random), now).wholeBytes()).isEqualTo(4 * BLOCK);
    }

    @Test
    void everyFlippedBitOfABlockEndsTheRun(RandomGenerator random) {
        byte[] log = log(8192, 3, 300, random);
        for (int bit = 0; bit < BLOCK * 8; bit++) {
            // The bit that says "encrypted" takes the checksum away: nothing is left to check.
            boolean saysEncrypted = bit == RedoBlock.DATA_BYTES * 8 + 7;
            log[BLOCK + bit / 8] ^= (byte) (1 << bit % 8);
            RedoScan scan = scan(log, 8192);
            if (saysEncrypted) {
                assertThat(scan.hasEncrypted()).isTrue();
            } else {
                assertThat(scan.wholeBytes()).as("bit %d", bit).isEqualTo(BLOCK);
                assertThat(scan.tailBytes()).isZero();
            }
            log[BLOCK + bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void everyPrefixIsReadUpToItsLastWholeBlock(RandomGenerator random) {
        byte[] log = log(8192, 3, BLOCK, random);
        for (int byteCount = 0; byteCount < log.length; byteCount++) {
            assertThat(new RedoScanner().scan(log, 0, byteCount, 8192).wholeBytes())
                    .isEqualTo(byteCount / BLOCK * BLOCK);
        }
    }

    @Test
    void aCutLogEndsWhereItWasCut(RandomGenerator random) {
        for (int end = 12; end < 508; end++) {
            byte[] log = log(8192, 3, BLOCK, random);
            long endLsn = 8192L + 2 * BLOCK + end;
            RedoBlock.cut(log, 2 * BLOCK, endLsn);
            assertThat(scan(log, 8192).heldLsn()).isEqualTo(endLsn);
            for (int at = 2 * BLOCK + end; at < 3 * BLOCK - 4; at++) {
                assertThat(log[at]).isZero();
            }
        }
    }

    @Test
    void aGroupThatBeginsBehindTheCutIsForgotten(RandomGenerator random) {
        byte[] log = log(8192, 1, BLOCK, random);
        BigEndian.put16(log, RedoBlock.FIRST_GROUP, 200);
        byte[] sameEnd = log.clone();
        RedoBlock.cut(sameEnd, 0, 8192 + 200);
        assertThat(RedoBlock.decode(sameEnd, 0).firstGroup()).isEqualTo(200);
        RedoBlock.cut(log, 0, 8192 + 199);
        assertThat(RedoBlock.decode(log, 0).firstGroup()).isZero();
    }

    @Test
    void noLogIsCutOutsideItsRecords(RandomGenerator random) {
        byte[] log = log(8192, 1, 100, random);
        for (long lsn :
                new long[] {8192, 8203, 8192 + 508, 8192 + 511, 8192 + 101, 8192 + 512 + 20}) {
            assertThatThrownBy(() -> RedoBlock.cut(log, 0, lsn))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] encrypted = log.clone();
        encrypted[RedoBlock.DATA_BYTES] |= (byte) 0x80;
        byte[] before = encrypted.clone();
        RedoBlock.cut(encrypted, 0, 8192 + 50);
        assertThat(encrypted).isEqualTo(before);
    }

    @Test
    void theStartOfAFileIsReadAsItWasWritten() {
        var header = new RedoFileHeader(0xCAFE_BABEL, 1 << 20, "MySQL 9.7.4", RedoFileHeader.FULL);
        byte[] start = RedoFileStart.encode(header, 123_456_789, new byte[BLOCK]);
        var at = new RedoCheckpoint.At(123_456_789);
        RedoFileStart decoded = RedoFileStart.decode(start, start.length, "#ib_redo1");
        assertThat(decoded).isEqualTo(new RedoFileStart(header, at, at, null));
        assertThat(decoded.checkpointLsn()).isEqualTo(OptionalLong.of(123_456_789));

        byte[] none = RedoFileStart.encode(header, 0, new byte[BLOCK]);
        assertThat(RedoFileStart.decode(none, none.length, "#ib_redo1").checkpointLsn()).isEmpty();
    }

    @Test
    void anUnreadableCheckpointLeavesTheOther() {
        var header = new RedoFileHeader(1, 8192, "MySQL 9.7.4", 0);
        byte[] start = RedoFileStart.encode(header, 9000, new byte[BLOCK]);
        start[BLOCK + 12] ^= 1;
        RedoFileStart decoded = RedoFileStart.decode(start, start.length, "#ib_redo1");
        assertThat(decoded.first()).isEqualTo(new RedoCheckpoint.Unreadable());
        assertThat(decoded.checkpointLsn()).isEqualTo(OptionalLong.of(9000));
    }

    @Test
    void everyDamagedHeaderIsRefused() {
        byte[] good = new RedoFileHeader(1, 8192, "MySQL 9.7.4", 0).encode();
        for (int bit = 0; bit < BLOCK * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(bad, InnodbError.REDO_HEADER_CORRUPT);
        }
        byte[] old = good.clone();
        BigEndian.put32(old, 0, 5);
        RedoBlock.seal(old, 0);
        assertRefused(old, InnodbError.REDO_FORMAT_UNKNOWN);
        byte[] early = good.clone();
        BigEndian.put64(early, 8, 512);
        RedoBlock.seal(early, 0);
        assertRefused(early, InnodbError.REDO_HEADER_CORRUPT);
        assertThatThrownBy(() -> RedoFileStart.decode(new byte[2048], 2047, "x"))
                .isInstanceOf(CorruptDataException.class);
    }

    private static void assertRefused(byte[] header, InnodbError code) {
        assertThatThrownBy(() -> RedoFileHeader.decode(header, "#ib_redo1"))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        e -> {
                            assertThat(e.problem().code()).isEqualTo(code);
                            assertThat(e.problem().where()).isEqualTo("#ib_redo1");
                        });
    }

    @Test
    void lsnsAndOffsetsBelongTogether() {
        var file = new RedoFile(1 << 20, 64 << 10);
        assertThat(file.endLsn()).isEqualTo((1 << 20) + (64 << 10) - 2048);
        assertThat(file.offset(1 << 20)).isEqualTo(2048);
        assertThat(file.lsn(file.offset(file.endLsn() - 1))).isEqualTo(file.endLsn() - 1);
        assertThat(file.holds((1 << 20) - 1)).isFalse();
        assertThat(file.holds(file.endLsn())).isFalse();
        assertThatThrownBy(() -> file.offset(file.endLsn()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.lsn(2047)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileIsLargeEnoughAndOfASizeThatTheServerTakes() {
        assertThat(RedoFile.fileBytes(0)).isEqualTo(64 << 10);
        assertThat(RedoFile.fileBytes((64 << 10) - 2048)).isEqualTo(64 << 10);
        assertThat(RedoFile.fileBytes((64 << 10) - 2047)).isEqualTo(128 << 10);
        assertThat(RedoFile.fileBytes(RedoFile.BYTES_MAX - 2048)).isEqualTo(RedoFile.BYTES_MAX);
        assertThatThrownBy(() -> RedoFile.fileBytes(RedoFile.BYTES_MAX - 2047))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfRedoFiles() {
        assertThat(RedoFileName.parse("#ib_redo12")).hasValue(new RedoFileName(12, false));
        assertThat(RedoFileName.parse("#ib_redo13_tmp")).hasValue(new RedoFileName(13, true));
        for (String other :
                new String[] {
                    "",
                    "#ib_redo",
                    "#ib_redo_tmp",
                    "ib_redo1",
                    "#ib_redo-1",
                    "#ib_redo1x",
                    "#ib_redo1111111111111111111"
                }) {
            assertThat(RedoFileName.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void anyBytesAreScannedOrRefused(RandomGenerator random) {
        for (int round = 0; round < 3000; round++) {
            long start = RedoBlock.start(random.nextLong(8192, 1L << 50));
            byte[] log = log(start, random.nextInt(1, 8), random.nextInt(12, 508), random);
            for (int i = random.nextInt(3); i > 0; i--) {
                log[random.nextInt(log.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int byteCount = random.nextInt(log.length + 1);
            RedoScan scan = new RedoScanner().scan(log, 0, byteCount, start);
            assertThat(scan.wholeBytes() + (scan.tailBytes() > 0 ? BLOCK : 0))
                    .isLessThanOrEqualTo(byteCount);
            byte[] file = Arrays.copyOf(log, RedoFileStart.BYTES);
            random.nextBytes(file);
            if (random.nextBoolean()) {
                BigEndian.put32(file, 0, random.nextInt(8));
                RedoBlock.seal(file, 0);
            }
            try {
                var _ = RedoFileStart.decode(file, file.length, "fuzz").checkpointLsn();
            } catch (CorruptDataException refused) {
                assertThat(refused.problem().code()).isInstanceOf(InnodbError.class);
            }
        }
    }
}
