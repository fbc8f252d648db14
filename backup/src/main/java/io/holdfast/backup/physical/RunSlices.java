package io.holdfast.backup.physical;

import io.holdfast.repository.physical.PageRun;
import java.util.List;

/// Cuts pieces out of a map's runs, from its beginning to its end. Pure.
public final class RunSlices {
    private final List<PageRun> runs;
    private int next;
    private int nextPage;

    public RunSlices(List<PageRun> runs) {
        this.runs = runs;
    }

    /// Adds the runs of pages `[from, to)`; `from` is not before the end of the piece before.
    public void addTo(PageRuns out, int from, int to) {
        while (nextPage + runs.get(next).pageCount() <= from) {
            nextPage += runs.get(next++).pageCount();
        }
        int page = from;
        while (page < to) {
            PageRun run = runs.get(next);
            int count = Math.min(to, nextPage + run.pageCount()) - page;
            out.add(slice(run, page - nextPage, count));
            page += count;
            if (page == nextPage + run.pageCount()) {
                nextPage = page;
                next++;
            }
        }
    }

    private static PageRun slice(PageRun run, int skipped, int count) {
        return switch (run) {
            case PageRun.Zero _ -> new PageRun.Zero(count);
            case PageRun.Stored stored ->
                    new PageRun.Stored(
                            count, stored.pack(), stored.block(), stored.firstInBlock() + skipped);
        };
    }
}
