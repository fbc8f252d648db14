package io.holdfast.backup.physical;

import io.holdfast.core.ByteSink;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Walks along a redo log that is being written, from one block to the next and from one file to
/// the next, and hands on every block once it is full.
///
/// Invariants: blocks go to the sink whole, each once, in order, without a gap; the block behind
/// them, if it has begun, is kept as it was last seen. Waits for nothing and reads no clock: the
/// caller decides when to look again.
///
/// Confined to one thread.
final class RedoWalk implements AutoCloseable {
    private static final int STEP_BYTES = 1 << 20;

    /// Who looks often at a log that grows slowly reads mostly what was there before it.
    private static final int LOOK_BYTES = 64 << 10;

    private final RedoFiles files;
    private final ByteSink sink;
    private final long startLsn;
    private final long firstLsn;
    private final RedoScanner scanner = new RedoScanner();
    private final byte[] buffer = new byte[STEP_BYTES];
    private final byte[] tail = new byte[RedoBlock.BYTES];
    private RedoFiles.@Nullable Open file;
    private RedoScan last;
    private boolean hasEncrypted;

    /// @param startLsn the walk begins with the block that holds it
    RedoWalk(RedoFiles files, long startLsn, ByteSink sink) {
        this.files = files;
        this.sink = sink;
        this.startLsn = startLsn;
        this.firstLsn = RedoBlock.start(startLsn);
        this.last = new RedoScan(firstLsn, 0, 0, false, RedoScan.Stop.NOT_WRITTEN);
    }

    /// Looks once for more, up to 1 MiB if there was much the last time.
    ///
    /// @return bytes of full blocks handed on; 0 if there is nothing new yet
    int step() {
        long position = position();
        if (file == null || position >= file.range().endLsn()) {
            RedoFiles.Open next = files.find(position);
            if (next == null) {
                last = new RedoScan(position, 0, 0, false, RedoScan.Stop.NOT_WRITTEN);
                return 0;
            }
            close();
            file = next;
        }
        int most = isBehind() ? STEP_BYTES : LOOK_BYTES;
        int wanted = (int) Math.min(most, file.range().endLsn() - position);
        int read = file.read(buffer, file.range().offset(position), wanted);
        RedoScan scan = scanner.scan(buffer, 0, read, position);
        sink.accept(buffer, 0, scan.wholeBytes());
        if (scan.tailBytes() > 0) {
            System.arraycopy(buffer, scan.wholeBytes(), tail, 0, RedoBlock.BYTES);
        }
        hasEncrypted |= scan.hasEncrypted();
        last = scan;
        return scan.wholeBytes();
    }

    /// Whether the last look found nothing but what is new, so that there may be more at once.
    boolean isBehind() {
        return last.stop() == RedoScan.Stop.BYTES_END;
    }

    /// What the walk was begun for; within the first block.
    long startLsn() {
        return startLsn;
    }

    /// Where the first block begins.
    long firstLsn() {
        return firstLsn;
    }

    /// All before this LSN was handed on; the beginning of a block.
    long position() {
        return last.startLsn() + last.wholeBytes();
    }

    /// Whether all of the log before `lsn` was handed on or lies in [#tail()].
    boolean reaches(long lsn) {
        return last.reaches(lsn);
    }

    /// Why the last look ended where it did.
    RedoScan.Stop stop() {
        return last.stop();
    }

    /// The block at [#position()], not full yet; no bytes if it has not begun.
    byte[] tail() {
        return last.tailBytes() > 0 ? Arrays.copyOf(tail, RedoBlock.BYTES) : new byte[0];
    }

    /// Whether blocks were encrypted, so that nothing vouches for their bytes.
    boolean hasEncrypted() {
        return hasEncrypted;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
