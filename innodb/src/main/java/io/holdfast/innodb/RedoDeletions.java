package io.holdfast.innodb;

import io.holdfast.core.ByteSink;
import java.util.Set;
import java.util.TreeSet;

/// Finds the tablespaces whose files a redo log deletes: what a recovery from it takes for gone,
/// whatever lies on the disk.
///
/// Records do not say how long they are, so that nobody finds the next one without knowing every
/// kind. This one is found by its shape instead:
///
/// | bytes | field  | meaning                                                                   |
/// |------:|--------|---------------------------------------------------------------------------|
/// |     1 | type   | 35, `MLOG_FILE_DELETE`; bit 7 if it is alone in its group                  |
/// |  1..5 | space  | the tablespace, compressed: leading one bits say how many bytes follow     |
/// |     1 | page   | 0, compressed                                                             |
/// |     2 | bytes  | of the path with the zero byte at its end                                 |
/// |     n | path   | of the file: ends with `.ibd` or `.ibu` and the only zero byte            |
///
/// None is missed. Bytes of a row that happen to look like this are taken for one, which is why a
/// finding is a reason to refuse and never to change anything.
///
/// Blocks come whole and in order. Integers are unsigned, big-endian. Source: MySQL 9.7
/// `storage/innobase/fil/fil0fil.cc`, `fil_op_write_log`, `fil_tablespace_redo_delete`;
/// `mtr/mtr0log.cc`, `mlog_write_initial_log_record_low`; `include/mach0data.ic`,
/// `mach_write_compressed`.
///
/// Confined to one thread.
public final class RedoDeletions implements ByteSink {
    private static final int TYPE = 35;
    private static final int ALONE_BIT = 0x80;
    private static final int PATH_BYTES_MAX = 4096;
    private static final int HEAD_BYTES_MAX = 1 + 5 + 1 + 2;
    private static final int RECORD_BYTES_MAX = HEAD_BYTES_MAX + PATH_BYTES_MAX;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Set<Long> spaces = new TreeSet<>();
    private final long endLsn;
    private final byte[] records = new byte[BUFFER_BYTES];
    private int filled;
    private long lsn;

    /// @param firstLsn where the first block begins
    /// @param endLsn records from here on do not count
    public RedoDeletions(long firstLsn, long endLsn) {
        this.lsn = firstLsn;
        this.endLsn = endLsn;
    }

    /// Takes the next blocks.
    @Override
    public void accept(byte[] blocks, int offset, int byteCount) {
        if (byteCount % RedoBlock.BYTES != 0) {
            throw new IllegalArgumentException("blocks come whole: " + byteCount);
        }
        for (int at = offset; at < offset + byteCount; at += RedoBlock.BYTES) {
            long left = Math.max(0, endLsn - lsn);
            int used = Math.min(RedoBlock.decode(blocks, at).dataBytes(), RedoBlock.CHECKSUM);
            int end = (int) Math.min(used, left);
            if (end > RedoBlock.HEADER_BYTES) {
                add(blocks, at + RedoBlock.HEADER_BYTES, end - RedoBlock.HEADER_BYTES);
            }
            lsn += RedoBlock.BYTES;
        }
    }

    private void add(byte[] bytes, int offset, int byteCount) {
        if (filled + byteCount > records.length) {
            search(filled - RECORD_BYTES_MAX);
            System.arraycopy(records, filled - RECORD_BYTES_MAX, records, 0, RECORD_BYTES_MAX);
            filled = RECORD_BYTES_MAX;
        }
        System.arraycopy(bytes, offset, records, filled, byteCount);
        filled += byteCount;
    }

    /// The tablespaces, when all blocks were taken.
    public Set<Long> finish() {
        search(filled);
        filled = 0;
        return Set.copyOf(spaces);
    }

    /// Looks for records that begin before `until`.
    private void search(int until) {
        for (int at = 0; at < until; at++) {
            if ((records[at] & ~ALONE_BIT & 0xFF) == TYPE) {
                look(at + 1);
            }
        }
    }

    private void look(int at) {
        if (at >= filled) {
            return;
        }
        int spaceBytes = compressedBytes(records[at] & 0xFF);
        int path = at + spaceBytes + 1 + 2;
        if (spaceBytes == 0 || path > filled || records[at + spaceBytes] != 0) {
            return;
        }
        int pathBytes = BigEndian.u16(records, path - 2);
        if (pathBytes <= PATH_BYTES_MAX
                && path + pathBytes <= filled
                && isFileName(path, pathBytes)) {
            spaces.add(compressed(at, spaceBytes));
        }
    }

    private boolean isFileName(int path, int pathBytes) {
        int end = path + pathBytes - 1;
        if (pathBytes < 6 || records[end] != 0) {
            return false;
        }
        for (int at = path; at < end; at++) {
            if (records[at] == 0) {
                return false;
            }
        }
        return records[end - 4] == '.'
                && records[end - 3] == 'i'
                && records[end - 2] == 'b'
                && (records[end - 1] == 'd' || records[end - 1] == 'u');
    }

    /// How long a compressed number is; 0 if no tablespace's number begins so.
    private static int compressedBytes(int first) {
        int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones <= 3 ? ones + 1 : first == 0xF0 ? 5 : 0;
    }

    private long compressed(int at, int byteCount) {
        if (byteCount == 5) {
            return BigEndian.u32(records, at + 1);
        }
        long value = 0;
        for (int i = 0; i < byteCount; i++) {
            value = value << 8 | (records[at + i] & 0xFF);
        }
        return value & ((1L << (7 * byteCount)) - 1);
    }
}
