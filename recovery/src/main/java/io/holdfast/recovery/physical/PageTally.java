package io.holdfast.recovery.physical;

import java.util.concurrent.atomic.LongAdder;

/// Counts pages that were compared and written. Thread-safe.
final class PageTally {
    private final LongAdder compared = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();

    void compared(long pageCount) {
        compared.add(pageCount);
    }

    void wrote(long pageCount, long byteCount) {
        written.add(pageCount);
        writtenBytes.add(byteCount);
    }

    long pagesCompared() {
        return compared.sum();
    }

    long pagesWritten() {
        return written.sum();
    }

    long bytesWritten() {
        return writtenBytes.sum();
    }
}
