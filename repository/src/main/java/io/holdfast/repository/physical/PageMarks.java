package io.holdfast.repository.physical;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each page of a segment was when it was stored, in 32 bits: by these the next incremental
/// backup sees that a page that seems old is really the one that its base has. Immutable.
///
/// | mark of     | is                                                                          |
/// |-------------|-----------------------------------------------------------------------------|
/// | zero bytes  | 0                                                                           |
/// | page 0 of a file | CRC-32C of all its bytes                                            |
/// | other pages | CRC-32C of the page's own checksum (its bytes 0 to 3) and LSN (16 to 23)    |
/// | a page that a later backup may find older | 0xFFFFFFFF                                    |
///
/// A CRC that is 0 or 0xFFFFFFFF is written as 1.
///
/// Source: `docs/formats/physical.md`, "Page maps".
public final class PageMarks {
    /// The mark of pages of zero bytes, and of no others.
    public static final int ZERO_PAGE = 0;

    /// The mark of a page that came from a server's memory, newer than what recovery begins with:
    /// on the server's disk may be an older one, now and when the next backup is taken. So it is
    /// not to be compared.
    public static final int UNKNOWN = -1;

    private final int[] marks;

    private PageMarks(int[] marks) {
        this.marks = marks;
    }

    /// The first `pageCount` of these marks.
    public static PageMarks of(int[] marks, int pageCount) {
        return new PageMarks(Arrays.copyOf(marks, pageCount));
    }

    /// The marks of pages that follow one another.
    public static PageMarks joined(List<PageMarks> parts) {
        return new PageMarks(
                parts.stream().flatMapToInt(part -> Arrays.stream(part.marks)).toArray());
    }

    public int pageCount() {
        return marks.length;
    }

    /// The mark of a page.
    ///
    /// @param page its index in the segment
    public int of(int page) {
        return marks[page];
    }

    void encode(ByteBuilder out) {
        for (int mark : marks) {
            out.u32(Integer.toUnsignedLong(mark));
        }
    }

    /// Reads the marks of a segment's stream, which [PageSegment#decode] takes.
    ///
    /// @return null if it has none, being of version 1
    /// @throws io.holdfast.core.CorruptDataException if it is none of a known version
    public static @Nullable PageMarks decode(byte[] bytes, String source) {
        int pageCount = PageSegment.decode(bytes, source).pageCount();
        if (!PageSegment.hasMarks(bytes)) {
            return null;
        }
        int begin = bytes.length - pageCount * Integer.BYTES;
        var in = new ByteCursor(Arrays.copyOfRange(bytes, begin, bytes.length), source, begin);
        int[] marks = new int[pageCount];
        for (int i = 0; i < pageCount; i++) {
            marks[i] = (int) in.u32("mark");
        }
        return new PageMarks(marks);
    }
}
