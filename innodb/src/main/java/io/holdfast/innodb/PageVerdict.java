package io.holdfast.innodb;

import io.holdfast.core.Text;

/// What a page's bytes are, judged by themselves.
///
/// A page that the server is writing at this moment looks like a damaged one, so a *suspect* page
/// ([#isSuspect()]) is read again before anything is said of it. The verdicts of good pages are
/// shared objects: judging a good page takes no memory.
public sealed interface PageVerdict {

    /// The page is what its checksum says.
    record Whole(PageChecksum checksum) implements PageVerdict {}

    /// Every byte is zero: the page was never used, and a file may have a hole there.
    record Zero() implements PageVerdict {}

    /// Nothing can be said without the tablespace's key.
    ///
    /// @param isExpected whether the tablespace's header said that it may hold such pages; a single
    ///   flipped bit can make an ordinary page look encrypted
    record Encrypted(boolean isExpected) implements PageVerdict {}

    /// The two copies of the LSN differ: the page's beginning and end are of two moments.
    ///
    /// @param headLsnLow the low 32 bits of the LSN in the header
    /// @param tailLsnLow the same in the trailer
    record Torn(long headLsnLow, long tailLsnLow) implements PageVerdict {}

    /// No checksum that a server accepts fits.
    ///
    /// @param stored the field at the page's head, unsigned
    /// @param tail the field in the trailer; equal to `stored` where a page has no trailer
    /// @param computed the CRC-32C that the page should carry
    record Mismatch(long stored, long tail, long computed) implements PageVerdict {}

    /// The page is page-compressed and cannot be unpacked.
    record Undecodable(Reason reason) implements PageVerdict {
        /// What stopped the unpacking.
        public enum Reason {
            VERSION("its version is neither 1 nor 2"),
            ALGORITHM("its algorithm is neither zlib nor lz4"),
            LENGTHS("its lengths do not fit the page"),
            STREAM("its compressed bytes do not decode");

            private final String words;

            Reason(String words) {
                this.words = words;
            }
        }
    }

    /// Whether the page should be read again, and counts as corrupt if it stays so.
    default boolean isSuspect() {
        return switch (this) {
            case Whole _, Zero _ -> false;
            case Encrypted(boolean isExpected) -> !isExpected;
            case Torn _, Mismatch _, Undecodable _ -> true;
        };
    }

    /// The verdict in words, observed then expected, for a problem's `what`.
    default String describe() {
        return switch (this) {
            case Whole(PageChecksum checksum) -> Text.format("page is whole (%s)", checksum);
            case Zero() -> "page was never used";
            case Encrypted(boolean isExpected) ->
                    isExpected
                            ? "page is encrypted"
                            : "page says it is encrypted, but its tablespace is not";
            case Torn(long headLsnLow, long tailLsnLow) ->
                    Text.format(
                            "page begins with LSN …%08x and ends with …%08x: it was caught in the middle of a write",
                            headLsnLow, tailLsnLow);
            case Mismatch(long stored, long tail, long computed) ->
                    stored == tail
                            ? Text.format(
                                    "page says its checksum is 0x%08x, its bytes have 0x%08x",
                                    stored, computed)
                            : Text.format(
                                    "page says its checksum is 0x%08x at its head and 0x%08x at its end, its bytes have 0x%08x",
                                    stored, tail, computed);
            case Undecodable(Undecodable.Reason reason) ->
                    "page is page-compressed and " + reason.words;
        };
    }
}
