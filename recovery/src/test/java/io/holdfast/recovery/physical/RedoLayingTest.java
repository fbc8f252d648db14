package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupReader;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a server finds in the files exactly the log up to its end, and nothing behind. Method:
/// blocks as a server writes them, laid down and read back by the codecs that follow a real
/// server's log.
@Seeded
final class RedoLayingTest {
    private static final long FILE_BYTES_MAX = 4 << 20;
    private static final long START = 19_486_580;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path folder;

    @Test
    void theLogIsThereUpToItsEndAndNothingBehind(RandomGenerator random) throws IOException {
        for (long length : new long[] {0, 300, 5_000, 3_500_000, 5 << 20, 9_000_000}) {
            long end = RedoBlock.start(START + length) + random.nextInt(13, 508);
            end = Math.max(end, START);
            byte[] blocks = blocks(RedoBlock.start(START), end, random);
            Path data = Files.createTempDirectory(folder, "data");
            lay(blocks, end, data);
            byte[] log = logOf(data);
            RedoScan scan = new RedoScanner().scan(log, 0, log.length, RedoBlock.start(START));
            assertThat(scan.stop()).isEqualTo(RedoScan.Stop.TAIL);
            assertThat(scan.heldLsn()).isEqualTo(end);
            int used = (int) (end - RedoBlock.start(START));
            int whole = used / RedoBlock.BYTES * RedoBlock.BYTES;
            assertThat(Arrays.equals(log, 0, whole, blocks, 0, whole)).isTrue();
            int behind = whole + RedoBlock.BYTES;
            assertThat(isZero(log, behind, log.length)).isTrue();
            assertThat(isZero(log, used, behind - RedoBlock.TRAILER_BYTES)).isTrue();
        }
    }

    @Test
    void anEndBehindAFullBlockNeedsNoFurtherBlock(RandomGenerator random) throws IOException {
        long end = RedoBlock.start(START) + 4 * RedoBlock.BYTES + RedoBlock.HEADER_BYTES;
        byte[] blocks = blocks(RedoBlock.start(START), end, random);
        byte[] withoutLast = Arrays.copyOf(blocks, 4 * RedoBlock.BYTES);
        lay(withoutLast, end, folder.resolve("data"));
        byte[] log = logOf(folder.resolve("data"));
        RedoScan scan = new RedoScanner().scan(log, 0, log.length, RedoBlock.start(START));
        assertThat(scan.wholeBytes()).isEqualTo(4 * RedoBlock.BYTES);
        assertThat(scan.tailBytes()).isZero();
    }

    @Test
    void everyDamagedBlockIsNamed(RandomGenerator random) throws IOException {
        long end = RedoBlock.start(START) + 5 * RedoBlock.BYTES + 100;
        byte[] blocks = blocks(RedoBlock.start(START), end, random);
        for (int block = 0; block < 6; block++) {
            byte[] damaged = blocks.clone();
            int bit = random.nextInt(RedoBlock.BYTES * 8);
            damaged[block * RedoBlock.BYTES + bit / 8] ^= (byte) (1 << bit % 8);
            Path data = Files.createTempDirectory(folder, "data");
            long lsn = RedoBlock.start(START) + (long) block * RedoBlock.BYTES;
            assertThatThrownBy(() -> lay(damaged, end, data))
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            failure -> {
                                assertThat(failure.problem().code())
                                        .isEqualTo(RecoveryError.BACKUP_FILE_DAMAGED);
                                assertThat(failure.problem().where()).contains("redo log");
                                assertThat(failure.problem().what()).contains("LSN " + lsn);
                            });
        }
    }

    @Test
    void aLogThatIsTooShortIsDamage(RandomGenerator random) throws IOException {
        long end = RedoBlock.start(START) + 5 * RedoBlock.BYTES + 100;
        byte[] blocks = blocks(RedoBlock.start(START), end, random);
        for (int count = 0; count < 6; count++) {
            byte[] cut = Arrays.copyOf(blocks, count * RedoBlock.BYTES);
            Path data = Files.createTempDirectory(folder, "data");
            assertThatThrownBy(() -> lay(cut, end, data)).isInstanceOf(CorruptDataException.class);
        }
        // The block of the end is there, but ends before it.
        Path data = Files.createTempDirectory(folder, "data");
        assertThatThrownBy(() -> lay(shortTail(blocks, 50), end, data))
                .isInstanceOf(CorruptDataException.class);
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
    }

    private static void lay(byte[] blocks, long end, Path data) {
        try (var backups = new Backups()) {
            BackupReader backup = backups.of(backups.stream(blocks), START, end);
            var section = Objects.requireNonNull(backup.manifest().state().physical());
            new RedoLaying(backup, section, FILE_BYTES_MAX)
                    .lay(
                            new LaidFolder(backup.manifest().backup(), data),
                            RedoFileName.FOLDER,
                            42,
                            "MySQL 9.7.4");
        }
    }

    /// The log bytes of all files, as far as each is large.
    private static byte[] logOf(Path data) throws IOException {
        var log = new ByteArrayOutputStream();
        long next = RedoBlock.start(START);
        for (int i = 0; ; i++) {
            Path file = data.resolve(RedoFileName.FOLDER).resolve(RedoFileName.of(i));
            if (!Files.exists(file)) {
                return log.toByteArray();
            }
            byte[] bytes = Files.readAllBytes(file);
            RedoFileStart start = RedoFileStart.decode(bytes, bytes.length, "file");
            assertThat(start.header().startLsn()).isEqualTo(next);
            log.write(bytes, RedoFileStart.BYTES, bytes.length - RedoFileStart.BYTES);
            next += bytes.length - RedoFileStart.BYTES;
        }
    }

    /// Blocks up to the one of the end, which goes on behind it, as a busy server's does.
    private static byte[] blocks(long from, long end, RandomGenerator random) {
        int count = (int) ((RedoBlock.start(end) - from) / RedoBlock.BYTES) + 1;
        byte[] all = new byte[count * RedoBlock.BYTES];
        random.nextBytes(all);
        for (int i = 0; i < count; i++) {
            seal(all, i * RedoBlock.BYTES, from + (long) i * RedoBlock.BYTES, RedoBlock.BYTES);
        }
        return all;
    }

    private static byte[] shortTail(byte[] blocks, int dataBytes) {
        byte[] all = blocks.clone();
        int last = all.length - RedoBlock.BYTES;
        seal(all, last, RedoBlock.start(START) + last, dataBytes);
        return all;
    }

    private static void seal(byte[] all, int offset, long lsn, int dataBytes) {
        var block = ByteBuffer.wrap(all, offset, RedoBlock.BYTES).slice();
        block.putInt(0, (int) RedoBlock.number(lsn));
        block.putShort(4, (short) dataBytes);
        block.putShort(6, (short) 12);
        block.putInt(8, (int) RedoBlock.epoch(lsn));
        var crc = new CRC32C();
        crc.update(all, offset, RedoBlock.BYTES - RedoBlock.TRAILER_BYTES);
        block.putInt(RedoBlock.BYTES - RedoBlock.TRAILER_BYTES, (int) crc.getValue());
    }
}
