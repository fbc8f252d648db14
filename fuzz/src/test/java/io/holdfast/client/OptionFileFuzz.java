package io.holdfast.client;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/// A line of an option file is always something, if only malformed.
final class OptionFileFuzz {
    @FuzzTest
    void aLineIsRead(@NotNull String line) {
        var _ = OptionFileLine.read(line);
    }
}
