package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.testkit.Seeded;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: whatever the log's length, the files hold it without a gap, and only the first one says
/// where to begin. Method: lengths around every boundary and random ones, headers read back by the
/// codec.
@Seeded
final class RedoLayoutTest {
    private static final long FILE_BYTES_MAX = 4 << 20;

    @Test
    void theFilesHoldTheLogWithoutAGap(RandomGenerator random) {
        for (int round = 0; round < 500; round++) {
            long start =
                    RedoFileHeader.START_LSN_MIN
                            + random.nextLong(1L << 40) / 512 * 512
                            + random.nextInt(12, 508);
            long length = random.nextLong(3 * FILE_BYTES_MAX);
            check(start, start + length, FILE_BYTES_MAX);
        }
        long start = 19_486_580;
        for (long edge : List.of(FILE_BYTES_MAX - 2048, FILE_BYTES_MAX - (1 << 20) - 2048)) {
            for (long off = -3 * 512; off <= 3 * 512; off += 256) {
                check(start, RedoBlock.start(start) + edge + off + 20, FILE_BYTES_MAX);
            }
        }
        check(start, start, FILE_BYTES_MAX);
        check(start, start + (40L << 30), RedoFile.BYTES_MAX);
    }

    private static void check(long start, long end, long fileBytesMax) {
        RedoLayout layout = RedoLayout.of(start, end, fileBytesMax);
        List<RedoFile> files = layout.files();
        assertThat(files.getFirst().holds(start)).isTrue();
        assertThat(files.getLast().holds(end)).isTrue();
        assertThat(files.getLast().endLsn() - end).isGreaterThanOrEqualTo(512 << 10);
        for (int i = 0; i < files.size(); i++) {
            RedoFile file = files.get(i);
            boolean isLast = i == files.size() - 1;
            assertThat(file.fileBytes() % (64 << 10)).isZero();
            assertThat(file.fileBytes()).isLessThanOrEqualTo(fileBytesMax);
            if (!isLast) {
                assertThat(files.get(i + 1).startLsn()).isEqualTo(file.endLsn());
            }
            byte[] bytes = layout.fileStart(i, 7, "MySQL 9.7.4");
            RedoFileStart read = RedoFileStart.decode(bytes, bytes.length, "file");
            assertThat(read.header())
                    .isEqualTo(
                            new RedoFileHeader(
                                    7,
                                    file.startLsn(),
                                    "MySQL 9.7.4",
                                    isLast ? 0 : RedoFileHeader.FULL));
            assertThat(read.encryption()).isNull();
            if (i == 0) {
                assertThat(read.checkpointLsn()).hasValue(start);
                assertThat(read.first()).isEqualTo(read.second());
            } else {
                assertThat(read.checkpointLsn()).isEmpty();
            }
        }
    }

    @Test
    void aLogThatEndsBeforeItBeginsIsNone() {
        assertThatThrownBy(() -> RedoLayout.of(20_000, 19_000, FILE_BYTES_MAX))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
