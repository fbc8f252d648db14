package io.holdfast.wire;

import java.util.Arrays;

/// A value as the binary protocol carries it, to a prepared statement or from its result.
///
/// Equal means the same bits: floats by their bits, so that -0 and NaN stay what they are.
public sealed interface SqlValue {
    Null NULL = new Null();

    /// NULL.
    record Null() implements SqlValue {}

    /// An integer of at most 64 bits.
    ///
    /// @param isUnsigned whether `value` counts from 0 to 2^64 - 1
    record Whole(long value, boolean isUnsigned) implements SqlValue {}

    /// FLOAT, with all its 32 bits.
    record Float32(float value) implements SqlValue {}

    /// DOUBLE.
    record Float64(double value) implements SqlValue {}

    /// A text parameter, which the server takes to be in the session's character set.
    record Text(String value) implements SqlValue {}

    /// Everything that comes as bytes: texts, binary strings, DECIMAL as digits, BIT, JSON as text,
    /// GEOMETRY, VECTOR. As a parameter: a binary string.
    @SuppressWarnings("ArrayRecordComponent") // equals and hashCode look at the content
    record Bytes(byte[] value) implements SqlValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[" + value.length + " bytes]";
        }
    }

    /// DATE, as MySQL stores it: each part may be 0.
    record Date(int year, int month, int day) implements SqlValue {}

    /// DATETIME or TIMESTAMP; a TIMESTAMP in the session's time zone.
    record DateTime(Date date, int hour, int minute, int second, int micros) implements SqlValue {}

    /// TIME: a span, at most 838:59:59 either way.
    ///
    /// @param days of 24 hours each, which are not counted in `hours`
    record Time(boolean isNegative, long days, int hours, int minutes, int seconds, int micros)
            implements SqlValue {}

    /// Stands for a parameter whose bytes were sent before, by `COM_STMT_SEND_LONG_DATA`.
    record SentBefore() implements SqlValue {}
}
