package io.holdfast.cli.shell;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.core.Progress;
import io.holdfast.core.Text;
import java.io.PrintWriter;
import java.util.concurrent.atomic.LongAdder;

/// Progress on standard error. On a terminal, work that takes longer than a second gets a line that
/// is drawn over itself, with rate and time left; elsewhere only what is *said* is written.
final class TerminalProgress implements Progress {
    private static final long SILENT_NANOS = 1_000_000_000L;
    private static final long REDRAW_NANOS = 250_000_000L;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter error;
    private final boolean isTerminal;
    private final Object drawing = new Object();

    @GuardedBy("drawing")
    private boolean isLineDrawn;

    TerminalProgress(PrintWriter error, boolean isTerminal) {
        this.error = error;
        this.isTerminal = isTerminal;
    }

    @Override
    public void say(String line) {
        synchronized (drawing) {
            erase();
            error.println(line);
        }
    }

    @Override
    public Work begin(String title, Unit unit, long totalCount) {
        return isTerminal
                ? new DrawnWork(title, unit, totalCount)
                : Progress.NONE.begin(title, unit, totalCount);
    }

    @GuardedBy("drawing")
    private void erase() {
        if (isLineDrawn) {
            error.print(ERASE_LINE);
            error.flush();
            isLineDrawn = false;
        }
    }

    private final class DrawnWork implements Work {
        private final String title;
        private final Unit unit;
        private final long totalCount;
        private final long beginNanos = System.nanoTime();
        private final LongAdder doneCount = new LongAdder();
        private volatile long drawnNanos = beginNanos + SILENT_NANOS - REDRAW_NANOS;

        DrawnWork(String title, Unit unit, long totalCount) {
            this.title = title;
            this.unit = unit;
            this.totalCount = totalCount;
        }

        @Override
        public void advance(long count) {
            doneCount.add(count);
            long now = System.nanoTime();
            if (now - drawnNanos > REDRAW_NANOS) {
                synchronized (drawing) {
                    drawnNanos = now;
                    error.print(
                            ERASE_LINE
                                    + line(
                                            title,
                                            unit,
                                            doneCount.sum(),
                                            totalCount,
                                            now - beginNanos));
                    error.flush();
                    isLineDrawn = true;
                }
            }
        }

        @Override
        public void close() {
            synchronized (drawing) {
                erase();
            }
        }
    }

    /// The line as it is drawn: done, share, rate, time left.
    static String line(String title, Unit unit, long doneCount, long totalCount, long nanos) {
        double perSecond = doneCount / Math.max(nanos / 1e9, 1e-9);
        var line = new StringBuilder(title).append(": ").append(amount(unit, doneCount));
        if (totalCount > 0) {
            line.append(
                    Text.format(
                            " of %s (%d%%)",
                            amount(unit, totalCount), 100 * doneCount / totalCount));
        }
        line.append(", ").append(amount(unit, Math.round(perSecond))).append("/s");
        if (totalCount > doneCount && perSecond > 0) {
            long secondsLeft = Math.round((totalCount - doneCount) / perSecond);
            line.append(Text.format(", %d:%02d left", secondsLeft / 60, secondsLeft % 60));
        }
        return line.toString();
    }

    private static String amount(Unit unit, long count) {
        return switch (unit) {
            case BYTES -> Text.bytes(count);
            case ROWS -> Text.format("%,d rows", count);
            case TRANSACTIONS -> Text.format("%,d transactions", count);
            case TABLES -> Text.format("%,d tables", count);
            case PARTS -> Text.format("%,d parts", count);
        };
    }
}
