package io.holdfast.innodb;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/// Unpacks page-compressed pages (`COMPRESSION='zlib'` or `'lz4'`), which lie at their usual place
/// with a hole behind their compressed bytes.
///
/// | offset | bytes | field           | meaning                                                     |
/// |-------:|------:|-----------------|-------------------------------------------------------------|
/// |      0 |    24 | -               | as in [PageHeader]; checksum and LSN are the unpacked page's |
/// |     24 |     2 | type            | 14                                                          |
/// |     26 |     1 | version         | 1 or 2; they differ only for encrypted pages                |
/// |     27 |     1 | algorithm       | 1 zlib, 2 lz4 (a bare block)                                |
/// |     28 |     2 | originalType    | the page's type                                             |
/// |     30 |     2 | originalBytes   | of what was compressed: the page behind its header          |
/// |     32 |     2 | compressedBytes | of the compressed run at offset 38                          |
/// |     34 |     4 | spaceId         | as in [PageHeader]                                          |
///
/// A server that reads a page does not hold `compressedBytes` against the page's end, and looks at
/// it at all for LZ4 only when it recovers from its doublewrite file; here a wrong one is damage.
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/fil0types.h`,
/// `FIL_PAGE_VERSION` to `FIL_PAGE_COMPRESS_SIZE_V1`; `storage/innobase/os/file.cc`,
/// `Compression::deserialize`.
///
/// Confined to one thread. Closing it gives back memory outside the heap.
final class PackedPages implements AutoCloseable {
    private static final int VERSION = 26;
    private static final int ALGORITHM = 27;
    private static final int ORIGINAL_TYPE = 28;
    private static final int ORIGINAL_BYTES = 30;
    private static final int COMPRESSED_BYTES = 32;
    private static final int ZLIB = 1;
    private static final int LZ4 = 2;

    /// Room behind the page, so that a stream that is too long shows as such, and one that fills
    /// the page still comes to its end.
    private static final int SLACK = 16;

    private final int pageBytes;
    private final byte[] unpacked;
    private final LZ4SafeDecompressor lz4 = LZ4Factory.safeInstance().safeDecompressor();
    private @Nullable Inflater inflater;

    PackedPages(int pageBytes) {
        this.pageBytes = pageBytes;
        this.unpacked = new byte[pageBytes + SLACK];
    }

    /// The page of the last [#unpack] that returned null; overwritten by the next.
    byte[] unpacked() {
        return unpacked;
    }

    /// Unpacks the page at `page` into [#unpacked()], as it was before compression.
    ///
    /// @return null, or why it cannot be unpacked
    PageVerdict.Undecodable.@Nullable Reason unpack(byte[] bytes, int page) {
        int version = BigEndian.u8(bytes, page + VERSION);
        if (version != 1 && version != 2) {
            return PageVerdict.Undecodable.Reason.VERSION;
        }
        int originalBytes = BigEndian.u16(bytes, page + ORIGINAL_BYTES);
        int compressedBytes = BigEndian.u16(bytes, page + COMPRESSED_BYTES);
        int bodyBytes = pageBytes - PageHeader.BYTES;
        if (originalBytes > bodyBytes || compressedBytes > bodyBytes) {
            return PageVerdict.Undecodable.Reason.LENGTHS;
        }
        int from = page + PageHeader.BYTES;
        int count =
                switch (BigEndian.u8(bytes, page + ALGORITHM)) {
                    case ZLIB -> inflate(bytes, from, compressedBytes);
                    case LZ4 -> decodeLz4(bytes, from, compressedBytes);
                    default -> -2;
                };
        if (count == -2) {
            return PageVerdict.Undecodable.Reason.ALGORITHM;
        }
        if (count != originalBytes) {
            return PageVerdict.Undecodable.Reason.STREAM;
        }
        System.arraycopy(bytes, page, unpacked, 0, PageHeader.BYTES);
        BigEndian.put16(unpacked, PageHeader.TYPE, BigEndian.u16(bytes, page + ORIGINAL_TYPE));
        BigEndian.put64(unpacked, PageHeader.FLUSH_LSN, 0);
        Arrays.fill(unpacked, PageHeader.BYTES + count, pageBytes, (byte) 0);
        return null;
    }

    /// How many bytes came out, or -1 if the stream is not one whole zlib stream.
    private int inflate(byte[] bytes, int from, int byteCount) {
        if (inflater == null) {
            inflater = new Inflater();
        }
        inflater.reset();
        inflater.setInput(bytes, from, byteCount);
        int count = 0;
        try {
            while (!inflater.finished()) {
                int more =
                        inflater.inflate(
                                unpacked,
                                PageHeader.BYTES + count,
                                unpacked.length - PageHeader.BYTES - count);
                count += more;
                if (more == 0 && !inflater.finished()) {
                    return -1;
                }
            }
        } catch (DataFormatException _) {
            return -1;
        }
        return count;
    }

    private int decodeLz4(byte[] bytes, int from, int byteCount) {
        try {
            return lz4.decompress(
                    bytes,
                    from,
                    byteCount,
                    unpacked,
                    PageHeader.BYTES,
                    unpacked.length - PageHeader.BYTES);
        } catch (LZ4Exception _) {
            return -1;
        }
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
