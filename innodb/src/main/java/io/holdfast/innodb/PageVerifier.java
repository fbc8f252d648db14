package io.holdfast.innodb;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Judges pages of one tablespace, one after another, by their own bytes: the checks that the
/// server makes when it reads a page, and `innochecksum` offline.
///
/// An ordinary page must carry the same low half of its LSN at both ends, then one of the checksums
/// of [PageChecksum]. A page in `ROW_FORMAT=COMPRESSED` has only a checksum at its head. A
/// page-compressed one is unpacked and judged as what it was. An encrypted one cannot be judged.
/// Whether the page belongs where it lies is not looked at: compare [PageHeader#pageNumber].
///
/// Good pages cost one pass of CRC-32C and no memory. It works on byte arrays because everything
/// around it (checksums, hashing, compression, packs) does. Source: MySQL 9.7
/// `storage/innobase/buf/checksum.cc`, `BlockReporter::is_corrupted`.
///
/// Confined to one thread. Closing it gives back memory outside the heap.
public final class PageVerifier implements AutoCloseable {
    private static final PageVerdict ZERO = new PageVerdict.Zero();
    private static final PageVerdict ENCRYPTED = new PageVerdict.Encrypted(true);
    private static final PageVerdict SEEMS_ENCRYPTED = new PageVerdict.Encrypted(false);
    private static final Map<PageChecksum, PageVerdict> WHOLE = wholes();
    private static final byte[] NOTHING = new byte[PageSize.LOGICAL_BYTES_MAX];

    private final PageSize size;
    private final int pageBytes;
    private final boolean mayBeEncrypted;
    private final PageSums sums = new PageSums();
    private final PackedPages packed;

    /// @param mayBeEncrypted what the tablespace's header says:
    ///   [TablespaceHeader#mayHoldEncryptedPages()]
    public PageVerifier(PageSize size, boolean mayBeEncrypted) {
        this.size = size;
        this.pageBytes = size.physicalBytes();
        this.mayBeEncrypted = mayBeEncrypted;
        this.packed = new PackedPages(size.logicalBytes());
    }

    private static Map<PageChecksum, PageVerdict> wholes() {
        var wholes = new EnumMap<PageChecksum, PageVerdict>(PageChecksum.class);
        for (PageChecksum checksum : PageChecksum.values()) {
            wholes.put(checksum, new PageVerdict.Whole(checksum));
        }
        return wholes;
    }

    public PageSize size() {
        return size;
    }

    /// Judges the page of [PageSize#physicalBytes()] bytes that begins at `offset`.
    public PageVerdict verify(byte[] bytes, int offset) {
        Objects.checkFromIndexSize(offset, pageBytes, bytes.length);
        int type = BigEndian.u16(bytes, offset + PageHeader.TYPE);
        if (PageType.isEncrypted(type)) {
            return mayBeEncrypted ? ENCRYPTED : SEEMS_ENCRYPTED;
        }
        if (size.isZip()) {
            return verifyZip(bytes, offset);
        }
        if (type == PageType.PACKED.number()) {
            PageVerdict.Undecodable.Reason reason = packed.unpack(bytes, offset);
            return reason == null
                    ? verifyPlain(packed.unpacked(), 0)
                    : new PageVerdict.Undecodable(reason);
        }
        return verifyPlain(bytes, offset);
    }

    private PageVerdict verifyPlain(byte[] bytes, int page) {
        int end = page + pageBytes;
        int lsnLow = BigEndian.bits32(bytes, page + PageHeader.LSN_LOW);
        int tailLsnLow = BigEndian.bits32(bytes, end - 4);
        if (lsnLow != tailLsnLow) {
            return new PageVerdict.Torn(
                    Integer.toUnsignedLong(lsnLow), Integer.toUnsignedLong(tailLsnLow));
        }
        int stored = BigEndian.bits32(bytes, page + PageHeader.CHECKSUM);
        int tail = BigEndian.bits32(bytes, end - PageHeader.TRAILER_BYTES);
        boolean isUnstamped =
                stored == 0 && tail == 0 && BigEndian.u64(bytes, page + PageHeader.LSN) == 0;
        if (isUnstamped && isZero(bytes, page, end)) {
            return ZERO;
        }
        int computed = sums.crc32c(bytes, page, pageBytes);
        if (isUnstamped) {
            return isZeroButFlushLsn(bytes, page, end)
                    ? whole(PageChecksum.UNUSED)
                    : mismatch(stored, tail, computed);
        }
        if (stored == tail && stored == computed) {
            return whole(PageChecksum.CRC32C);
        }
        if (stored == tail && stored == PageChecksum.NONE_MAGIC) {
            return whole(PageChecksum.NONE);
        }
        int foldTail = PageSums.foldTail(bytes, page);
        if (tail == foldTail || tail == BigEndian.bits32(bytes, page + PageHeader.LSN)) {
            if (stored == PageSums.foldHead(bytes, page, pageBytes)) {
                return whole(PageChecksum.INNODB);
            }
            if (stored == 0) {
                return whole(PageChecksum.ANCIENT);
            }
        }
        if (stored == tail && stored == sums.crc32cSwapped(bytes, page, pageBytes)) {
            return whole(PageChecksum.CRC32C_SWAPPED);
        }
        return mismatch(stored, tail, computed);
    }

    private PageVerdict verifyZip(byte[] bytes, int page) {
        int end = page + pageBytes;
        int stored = BigEndian.bits32(bytes, page + PageHeader.CHECKSUM);
        boolean isUnstamped = stored == 0 && BigEndian.u64(bytes, page + PageHeader.LSN) == 0;
        if (isUnstamped && isZero(bytes, page, end)) {
            return ZERO;
        }
        int computed = sums.zipCrc32c(bytes, page, pageBytes);
        if (isUnstamped) {
            return mismatch(stored, stored, computed);
        }
        if (stored == computed) {
            return whole(PageChecksum.CRC32C);
        }
        if (stored == PageChecksum.NONE_MAGIC) {
            return whole(PageChecksum.NONE);
        }
        if (stored == sums.zipAdler(bytes, page, pageBytes)) {
            return whole(PageChecksum.INNODB);
        }
        return mismatch(stored, stored, computed);
    }

    private static PageVerdict whole(PageChecksum checksum) {
        return Objects.requireNonNull(WHOLE.get(checksum));
    }

    private static PageVerdict mismatch(int stored, int tail, int computed) {
        return new PageVerdict.Mismatch(
                Integer.toUnsignedLong(stored),
                Integer.toUnsignedLong(tail),
                Integer.toUnsignedLong(computed));
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, NOTHING, 0, to - from);
    }

    private static boolean isZeroButFlushLsn(byte[] bytes, int page, int end) {
        return isZero(bytes, page, page + PageHeader.FLUSH_LSN)
                && isZero(bytes, page + PageHeader.SPACE_ID, end);
    }

    @Override
    public void close() {
        packed.close();
    }
}
