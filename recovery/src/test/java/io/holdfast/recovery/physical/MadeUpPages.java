package io.holdfast.recovery.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.testkit.OrdinaryPages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tablespaces of [OrdinaryPages] in a backup.
final class MadeUpPages {
    private MadeUpPages() {}

    /// Stores the file's pages in order, those of zeros not at all.
    static PhysicalFile file(Backups backups, String path, long space, byte[] file) {
        StreamRef stored = backups.stream(file);
        BlockRun run = stored.runs().getFirst();
        int inBlock = (1 << 20) / OrdinaryPages.PAGE_BYTES;
        var runs = new ArrayList<PageRun>();
        for (int page = 0; page < file.length / OrdinaryPages.PAGE_BYTES; page++) {
            boolean isZero =
                    Arrays.equals(
                            file,
                            page * OrdinaryPages.PAGE_BYTES,
                            (page + 1) * OrdinaryPages.PAGE_BYTES,
                            new byte[OrdinaryPages.PAGE_BYTES],
                            0,
                            OrdinaryPages.PAGE_BYTES);
            runs.add(
                    isZero
                            ? new PageRun.Zero(1)
                            : new PageRun.Stored(
                                    1, run.pack(), run.first() + page / inBlock, page % inBlock));
        }
        return new PhysicalFile.Tablespace(
                path,
                null,
                space,
                0,
                OrdinaryPages.PAGE_BYTES,
                file.length,
                List.of(
                        backups.map(
                                new PageSegment(file.length / OrdinaryPages.PAGE_BYTES, runs))));
    }
}
