package io.holdfast.core;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.holdfast.binlog.GtidSetCodec;
import java.nio.charset.StandardCharsets;

/// A set that is read is printed and encoded to the same set again.
final class GtidSetFuzz {
    @FuzzTest
    void aSetComesBack(@NotNull byte[] bytes) {
        GtidSet set;
        try {
            set =
                    bytes.length > 0 && bytes[0] == 0
                            ? GtidSetCodec.decode(new ByteCursor(bytes, 1, bytes.length, "peer", 0))
                            : GtidSet.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (CorruptDataException | UsageException _) {
            return; // the declared answers to what is no set
        }
        if (!GtidSet.parse(set.toString()).equals(set)) {
            throw new AssertionError("printed otherwise: " + set);
        }
        GtidSet decoded = GtidSetCodec.decode(new ByteCursor(GtidSetCodec.encode(set), "own", 0));
        if (!decoded.equals(set)) {
            throw new AssertionError("encoded otherwise: " + set);
        }
    }
}
