package io.holdfast.wire.clone;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.util.Arrays;

/// What a donor's storage engine calls a clone that is under way: bytes that a recipient gives back
/// as they came.
///
/// | offset | bytes | field  | meaning                                     |
/// |-------:|------:|--------|---------------------------------------------|
/// |      0 |     1 | engine | 12 is InnoDB                                |
/// |      1 |     4 | bytes  | count, little-endian                        |
/// |      5 |     … | opaque | InnoDB's: 34 bytes in version 100           |
///
/// Source: MySQL 9.7 `plugin/clone/include/clone_hton.h`, `Locator::serialize`; `sql/handler.h`,
/// `legacy_db_type`.
///
/// @param engine number of the storage engine
@SuppressWarnings("ArrayRecordComponent") // compared by content below; never written to
public record CloneLocator(int engine, byte[] opaque) {
    /// Number of InnoDB among the storage engines.
    public static final int INNODB = 12;

    /// Far above the 34 bytes of today.
    private static final int BYTES_MAX = 64 << 10;

    static CloneLocator read(ByteCursor in) {
        int engine = in.u8("engine");
        long bytes = in.u32("locator's bytes");
        if (bytes > BYTES_MAX) {
            throw in.impossible("a clone locator has " + bytes + " bytes, 34 are expected");
        }
        return new CloneLocator(engine, in.bytes(bytes, "locator"));
    }

    void write(ByteBuilder out) {
        out.u8(engine).u32(opaque.length).bytes(opaque);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CloneLocator(int thatEngine, byte[] thatOpaque)
                && thatEngine == engine
                && Arrays.equals(thatOpaque, opaque);
    }

    @Override
    public int hashCode() {
        return 31 * engine + Arrays.hashCode(opaque);
    }
}
