package io.holdfast.backup.clone;

import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageSegment;
import java.util.Objects;

/// Where a segment's pages lie, as far as they came, and what each is.
///
/// @param marks one for each page
record SegmentMap(PageSegment pages, PageMarks marks) {
    byte[] encode() {
        return pages.encode(marks);
    }

    /// Reads what [#encode] wrote.
    static SegmentMap decode(byte[] bytes, String source) {
        return new SegmentMap(
                PageSegment.decode(bytes, source),
                Objects.requireNonNull(PageMarks.decode(bytes, source), "written without marks"));
    }
}
