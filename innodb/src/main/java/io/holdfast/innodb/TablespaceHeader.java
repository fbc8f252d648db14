package io.holdfast.innodb;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import org.jspecify.annotations.Nullable;

/// What the first page of a tablespace says of the whole.
///
/// | offset | bytes | field         | meaning                                                        |
/// |-------:|------:|---------------|----------------------------------------------------------------|
/// |      0 |    38 | -             | [PageHeader]; two of its fields mean something else here:      |
/// |      8 |     4 | serverVersion | server that made the file, such as 90704; 0 or all ones if unknown |
/// |     12 |     4 | spaceVersion  | of the file's layout: 1; 0 or all ones if unknown              |
/// |     38 |     4 | spaceId       | see [SpaceId]                                                  |
/// |     42 |     4 | -             | 0                                                              |
/// |     46 |     4 | pageCount     | pages of the tablespace, all its files together                |
/// |     50 |     4 | freeLimit     | pages from here on were never used                             |
/// |     54 |     4 | flags         | see [TablespaceFlags]                                          |
/// |     58 |    52 | -             | lists of extents                                               |
/// |    110 |     8 | nextSegment   | number of the segment that is made next: each index takes two when it is made, none is given out twice |
/// |    118 |    32 | -             | lists of segments                                              |
/// |    150 |   a·e | -             | extent descriptors: a = physicalBytes / p of e = 24 + p / 4 bytes, p = pages in an extent |
/// |      x |   115 | encryption    | see [EncryptionRecord]; without one if the first three bytes are not its magic |
/// | x + 115 |    4 | sdiVersion    | 1; 0 without dictionary information                            |
/// | x + 119 |    4 | sdiRoot       | page number of the root of the dictionary information's index  |
/// | x + 123 |    1 | operation     | 1 the server is encrypting the tablespace in place, 2 decrypting |
/// | x + 124 |    4 | -             | pages done of that                                             |
///
/// x = 150 + a·e. An extent has p = 1 MiB / logicalBytes pages, at least 64. Only the first file of
/// a tablespace begins with it: further files of the system tablespace do not.
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/fsp0fsp.h`,
/// `FSP_*`, `XDES_*`; `storage/innobase/fsp/fsp0fsp.cc`, `fsp_header_get_encryption_offset`,
/// `fsp_header_get_encryption_progress_offset`; `fil0types.h`, `FIL_PAGE_SRV_VERSION`.
///
/// @param nextSegment only ever grows
/// @param keySum of [EncryptionRecord], another one for another key; 0 without a record
/// @param sdiRoot 0 if there is no dictionary information
/// @param operation 0 if the server is doing neither
public record TablespaceHeader(
        long spaceId,
        TablespaceFlags flags,
        long pageCount,
        long freeLimit,
        long nextSegment,
        long lsn,
        long serverVersion,
        long spaceVersion,
        @Nullable EncryptionRecord encryption,
        long keySum,
        long sdiRoot,
        int operation) {

    /// As many bytes of a file as hold the header, whatever its page size.
    public static final int BYTES_MAX = PageSize.LOGICAL_BYTES_MAX;

    /// As many bytes as tell the page size.
    public static final int BYTES_MIN = 150;

    private static final int SPACE_ID = 38;
    private static final int PAGE_COUNT = 46;
    private static final int FREE_LIMIT = 50;
    private static final int FLAGS = 54;
    private static final int NEXT_SEGMENT = 110;
    private static final int EXTENTS = 150;

    /// Reads the header from the first `byteCount` bytes of `bytes`, which begin with a
    /// tablespace's first page. The page's checksum is not looked at: verify it with [PageVerifier]
    /// of the size found here.
    ///
    /// @param source names the file in errors
    /// @throws CorruptDataException with [InnodbError#TABLESPACE_HEADER_IMPOSSIBLE] if the page
    ///   ends too soon, says that it is not page 0 of its tablespace, or has impossible flags
    public static TablespaceHeader decode(byte[] bytes, int byteCount, String source) {
        need(byteCount, BYTES_MIN, source);
        long spaceId = BigEndian.u32(bytes, SPACE_ID);
        if (PageHeader.pageNumber(bytes, 0) != 0) {
            throw impossible(
                    source,
                    Text.format(
                            "first page says it is page %d of its tablespace",
                            PageHeader.pageNumber(bytes, 0)));
        }
        if (BigEndian.u32(bytes, PageHeader.SPACE_ID) != spaceId) {
            throw impossible(
                    source,
                    Text.format(
                            "first page is of tablespace %d, its header of %d",
                            BigEndian.u32(bytes, PageHeader.SPACE_ID), spaceId));
        }
        int flagBits = BigEndian.bits32(bytes, FLAGS);
        String problem = TablespaceFlags.problemOf(flagBits);
        if (!problem.isEmpty()) {
            throw impossible(source, problem);
        }
        var flags = new TablespaceFlags(flagBits);
        PageSize size = flags.pageSize();
        need(byteCount, size.physicalBytes(), source);
        int afterExtents = afterExtents(size);
        int sdi = afterExtents + EncryptionRecord.BYTES_RESERVED;
        EncryptionRecord encryption = EncryptionRecord.decode(bytes, afterExtents);
        return new TablespaceHeader(
                spaceId,
                flags,
                BigEndian.u32(bytes, PAGE_COUNT),
                BigEndian.u32(bytes, FREE_LIMIT),
                BigEndian.u64(bytes, NEXT_SEGMENT),
                PageHeader.lsn(bytes, 0),
                BigEndian.u32(bytes, PageHeader.PREVIOUS),
                BigEndian.u32(bytes, PageHeader.NEXT),
                encryption,
                encryption == null ? 0 : EncryptionRecord.keySum(bytes, afterExtents, encryption),
                flags.hasSdi() ? BigEndian.u32(bytes, sdi + 4) : 0,
                BigEndian.u8(bytes, sdi + 8));
    }

    /// Where the extent descriptors end. For every page size this is at least 128 bytes before the
    /// page's end.
    private static int afterExtents(PageSize size) {
        int extentBytes = 24 + size.extentPages() / 4;
        return EXTENTS + size.physicalBytes() / size.extentPages() * extentBytes;
    }

    public PageSize pageSize() {
        return flags.pageSize();
    }

    /// Whether pages may be encrypted: the flag is set, there is a key, or the server is in the
    /// middle of changing that. Not all pages need be: those of an undo tablespace that were
    /// written before `innodb_undo_log_encrypt` was set are not. It can become true while a server
    /// runs, so a page that seems encrypted is a reason to read the header again.
    public boolean mayHoldEncryptedPages() {
        return flags.isEncrypted() || encryption != null || operation != 0;
    }

    private static void need(int byteCount, int needed, String source) {
        if (byteCount < needed) {
            throw impossible(
                    source,
                    Text.format("first page needs %d bytes, the file has %d", needed, byteCount));
        }
    }

    private static CorruptDataException impossible(String source, String what) {
        return new CorruptDataException(
                Problem.of(InnodbError.TABLESPACE_HEADER_IMPOSSIBLE)
                        .what("%s", what)
                        .where("%s page 0", source)
                        .remedy("Run `innochecksum %s` on the server's host.", source));
    }
}
