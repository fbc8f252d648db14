package io.holdfast.backup.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.holdfast.core.CorruptDataException;

/// The first bytes of a journal's file, as a crash or a failing disk may leave them.
final class SegmentHeaderFuzz {
    @FuzzTest
    void aHeaderDecodesOrIsDamage(@NotNull byte[] bytes) {
        try {
            var _ = SegmentHeader.decode(bytes, "journal");
        } catch (CorruptDataException _) {
            // The declared answer.
        }
    }
}
