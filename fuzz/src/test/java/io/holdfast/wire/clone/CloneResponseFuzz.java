package io.holdfast.wire.clone;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;

/// Whatever a donor answers is a response or damage; a phase's end can be given back.
final class CloneResponseFuzz {
    @FuzzTest
    void aResponseIsReadOrDamage(byte[] bytes) {
        try {
            if (CloneResponse.read(new ByteCursor(bytes, "donor", 0))
                    instanceof CloneResponse.Described(_, _, CloneDescriptor.State state)) {
                var out = new ByteBuilder();
                state.write(out);
                var again = CloneDescriptor.read(new ByteCursor(out.toArray(), "donor", 0));
                if (!again.equals(state)) {
                    throw new AssertionError(again + " was " + state);
                }
            }
        } catch (CorruptDataException _) {
            // The declared answer to bytes that are no response.
        }
    }
}
