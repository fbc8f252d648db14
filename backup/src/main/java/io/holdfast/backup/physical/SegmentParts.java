package io.holdfast.backup.physical;

import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The parts of a segment that several threads copy at once, and the segment's map once all are
/// there. Thread-safe.
final class SegmentParts {
    private final @Nullable Part[] parts;
    private int missing;

    SegmentParts(int count) {
        this.parts = new @Nullable Part[count];
        this.missing = count;
    }

    /// A part that was copied.
    ///
    /// @param pageCount of the part, at least 1
    /// @param storedCount of these, how many were stored
    /// @param runs where they lie
    /// @param marks one for each page
    record Part(int pageCount, int storedCount, List<PageRun> runs, PageMarks marks) {
        Part {
            runs = List.copyOf(runs);
        }
    }

    /// Takes a part.
    ///
    /// @return whether all are there now, which one caller is told
    synchronized boolean add(int index, Part part) {
        if (parts[index] != null) {
            throw new IllegalStateException("part " + index + " is there already");
        }
        parts[index] = part;
        missing--;
        return missing == 0;
    }

    private synchronized List<Part> all() {
        List<Part> all = new ArrayList<>();
        for (Part part : parts) {
            all.add(Objects.requireNonNull(part, "a part is missing"));
        }
        return all;
    }

    PageSegment map() {
        var runs = new PageRuns();
        int pageCount = 0;
        for (Part part : all()) {
            part.runs().forEach(runs::add);
            pageCount += part.pageCount();
        }
        return new PageSegment(pageCount, runs.list());
    }

    PageMarks marks() {
        return PageMarks.joined(all().stream().map(Part::marks).toList());
    }

    int storedCount() {
        return all().stream().mapToInt(Part::storedCount).sum();
    }
}
