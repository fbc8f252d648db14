package io.holdfast.backup.physical;

import io.holdfast.repository.physical.PageRun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The runs of a map in the making, from front to back, each as long as it can be: so two maps of
/// the same places are equal.
public final class PageRuns {
    private final List<PageRun> runs = new ArrayList<>();

    /// Adds pages behind the others.
    public void add(PageRun run) {
        PageRun joined = runs.isEmpty() ? null : joined(runs.getLast(), run);
        if (joined == null) {
            runs.add(run);
        } else {
            runs.set(runs.size() - 1, joined);
        }
    }

    private static @Nullable PageRun joined(PageRun first, PageRun second) {
        int count = first.pageCount() + second.pageCount();
        if (first instanceof PageRun.Zero && second instanceof PageRun.Zero) {
            return new PageRun.Zero(count);
        }
        return first instanceof PageRun.Stored one
                        && second instanceof PageRun.Stored two
                        && one.pack().equals(two.pack())
                        && one.block() == two.block()
                        && one.firstInBlock() + one.pageCount() == two.firstInBlock()
                ? new PageRun.Stored(count, one.pack(), one.block(), one.firstInBlock())
                : null;
    }

    /// What was added so far.
    public List<PageRun> list() {
        return List.copyOf(runs);
    }
}
