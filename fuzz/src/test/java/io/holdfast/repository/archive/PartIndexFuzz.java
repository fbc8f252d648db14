package io.holdfast.repository.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.holdfast.core.CorruptDataException;

/// An index whose checksums fit may still be nonsense: it decodes or is damage.
final class PartIndexFuzz {
    @FuzzTest
    void anIndexDecodesOrIsDamage(@NotNull byte[] bytes) {
        try {
            var _ = PartIndexCodec.decode(bytes, "part index", 4);
        } catch (CorruptDataException _) {
            // The declared answer.
        }
    }
}
