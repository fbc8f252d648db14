package io.holdfast.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import java.util.List;

/// Whatever a peer sends is a record or damage, nothing else.
final class PacketFuzz {
    private static final List<ColumnDefinition> COLUMNS =
            List.of(
                    ColumnDefinition.named("a", 3, 63),
                    ColumnDefinition.named("b", 253, 255),
                    ColumnDefinition.named("c", 12, 63),
                    ColumnDefinition.named("d", 11, 63),
                    ColumnDefinition.named("e", 5, 63));

    @FuzzTest
    void aPacketIsARecordOrDamage(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        var in = new ByteCursor(bytes, 1, bytes.length, "peer", 0);
        try {
            switch (bytes[0] & 0x0F) {
                case 0 -> InitialHandshake.read(in);
                case 1 -> HandshakeResponse.read(in);
                case 2 -> OkPacket.read(in);
                case 3 -> ErrPacket.read(in);
                case 4 -> EofPacket.read(in);
                case 5 -> ColumnDefinition.read(in);
                case 6 -> AuthPacket.Switch.read(in);
                case 7 -> AuthPacket.MoreData.read(in);
                case 8 -> TextRow.read(in, 5);
                case 9 -> BinaryRow.read(in, COLUMNS);
                case 10 -> PreparedReply.read(in);
                default -> Command.read(in);
            }
        } catch (CorruptDataException _) {
            // The declared answer to bytes that are no record.
        }
    }
}
