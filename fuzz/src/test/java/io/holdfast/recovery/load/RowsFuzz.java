package io.holdfast.recovery.load;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.holdfast.core.ByteSink;
import io.holdfast.core.CorruptDataException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Rows of any bytes on their way into a server: however they are cut, the same comes out.
final class RowsFuzz {
    @FuzzTest
    void rowsAreEscapedAlikeHoweverTheyAreCut(@NotNull byte[] bytes) {
        byte[] whole = escaped(bytes, bytes.length);
        byte[] bitByBit = escaped(bytes, 1);
        if (!Arrays.equals(whole, bitByBit)) {
            throw new AssertionError("cut into single bytes the rows come out otherwise");
        }
    }

    private static byte[] escaped(byte[] bytes, int pieceBytes) {
        var out = new ByteArrayOutputStream();
        ByteSink escaping = new EscapedRows(3, out::write, "rows");
        var json =
                new JsonRows(
                        new boolean[] {false, true, false},
                        escaping,
                        (row, byteCount) -> out.write(row, 0, byteCount));
        try {
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                json.accept(bytes, at, Math.min(pieceBytes, bytes.length - at));
            }
        } catch (CorruptDataException _) {
            return new byte[0]; // the declared answer; how much went out before may differ
        }
        return out.toByteArray();
    }
}
