package io.holdfast.repository.physical;

import io.holdfast.repository.format.PackId;

/// Pages that follow one another in a tablespace's file.
public sealed interface PageRun {
    /// How many pages, at least 1.
    int pageCount();

    /// Pages of zero bytes only: never used, or a hole in the file.
    record Zero(int pageCount) implements PageRun {
        public Zero {
            PageRun.needPages(pageCount);
        }
    }

    /// Pages that follow one another in one block, too.
    ///
    /// @param pack where the block lies
    /// @param block its ordinal
    /// @param firstInBlock how many pages of the block come before the first one of these
    record Stored(int pageCount, PackId pack, int block, int firstInBlock) implements PageRun {
        public Stored {
            PageRun.needPages(pageCount);
            if (block < 0 || firstInBlock < 0) {
                throw new IllegalArgumentException("not a place: " + block + ", " + firstInBlock);
            }
        }
    }

    private static void needPages(int pageCount) {
        if (pageCount < 1) {
            throw new IllegalArgumentException("a run has at least one page, not " + pageCount);
        }
    }
}
