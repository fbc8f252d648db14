package io.holdfast.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.Progress;
import org.junit.jupiter.api.Test;

final class TerminalProgressTest {
    @Test
    void progressTellsShareRateAndTimeLeft() {
        assertThat(
                        TerminalProgress.line(
                                "copying", Progress.Unit.BYTES, 1 << 20, 4 << 20, 2_000_000_000L))
                .isEqualTo("copying: 1.0 MiB of 4.0 MiB (25%), 512.0 KiB/s, 0:06 left");
        assertThat(
                        TerminalProgress.line(
                                "reading",
                                Progress.Unit.ROWS,
                                3000,
                                Progress.UNKNOWN,
                                1_000_000_000L))
                .isEqualTo("reading: 3,000 rows, 3,000 rows/s");
    }
}
