package io.holdfast.repository.archive;

import io.holdfast.repository.format.ContainerInput;
import io.holdfast.repository.format.ContainerOutput;
import io.holdfast.repository.format.ContainerReader;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import java.io.ByteArrayOutputStream;

/// Stores part indexes and fetches them.
final class PartIndexes {
    /// An index is held whole; its part's size bounds it far below this.
    private static final long INDEX_BYTES_MAX = 256L << 20;

    private PartIndexes() {}

    static void write(Envelopes envelopes, PartName name, PartIndex index) {
        byte[] bytes = PartIndexCodec.encode(index, name.begin());
        try (ContainerOutput out = envelopes.createOutput(name.indexKey(), ObjectKind.PART_INDEX)) {
            out.write(bytes);
            out.commit(null);
        }
    }

    /// @throws io.holdfast.core.CorruptDataException if it is missing or damaged
    static PartIndex read(Envelopes envelopes, PartName name) {
        ContainerReader reader = envelopes.open(name.indexKey(), ObjectKind.PART_INDEX);
        if (reader.rawBytes() > INDEX_BYTES_MAX) {
            throw new io.holdfast.core.ByteCursor(new byte[0], "object " + name.indexKey(), 0)
                    .impossible("index has " + reader.rawBytes() + " bytes");
        }
        var bytes = new ByteArrayOutputStream((int) reader.rawBytes());
        try (ContainerInput in = reader.content(0)) {
            in.transferTo((piece, offset, count) -> bytes.write(piece, offset, count));
        }
        return PartIndexCodec.decode(
                bytes.toByteArray(), "object " + name.indexKey(), name.begin());
    }
}
