package io.holdfast.innodb;

/// What vouches for a page that was found whole: which of the checksums that a server accepts the
/// page carries.
///
/// A server writes the one of its `innodb_checksum_algorithm` and accepts all of them, so that
/// files may hold a mixture. Source: MySQL 9.7 `storage/innobase/buf/checksum.cc`, `class
/// BlockReporter`.
public enum PageChecksum {
    /// CRC-32C: every server since 5.7 unless told otherwise.
    CRC32C,
    /// CRC-32C over bytes swapped in groups of eight, as servers before 5.7.10 wrote it on
    /// big-endian machines. Ordinary pages only: no server accepts it of compressed ones.
    CRC32C_SWAPPED,
    /// The sum of before 5.6 (`innodb_checksum_algorithm=innodb`).
    INNODB,
    /// The sum of before 4.0.14, whose field at the page's head is 0: it covers only the page's
    /// first 26 bytes, or nothing.
    ANCIENT,
    /// None was computed (`innodb_checksum_algorithm=none`): both fields hold `0xDEADBEEF`.
    NONE,
    /// None: the page is zero except for bytes 26..34 of its header, which are not looked at.
    UNUSED;

    /// The number in both fields when no checksum was computed.
    static final int NONE_MAGIC = 0xDEADBEEF;

    /// Whether the checksum speaks for the page's body. If not, only the LSN at both ends of an
    /// ordinary page does.
    public boolean coversBody() {
        return switch (this) {
            case CRC32C, CRC32C_SWAPPED, INNODB, UNUSED -> true;
            case ANCIENT, NONE -> false;
        };
    }
}
