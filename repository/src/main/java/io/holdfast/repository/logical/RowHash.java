package io.holdfast.repository.logical;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.holdfast.core.Text;

/// A hash over rows that does not depend on their order: the sum modulo 2^128 of XXH3-128 over each
/// row's payload in the text protocol. A row may come in pieces; it is never held whole. Hashes of
/// chunks add up to the hash of the table.
///
/// Confined to one thread.
public final class RowHash {
    private final HashStream128 row = Hashing.xxh3_128().hashStream();
    private long high;
    private long low;
    private long rows;

    /// Takes a piece of the present row.
    public void piece(byte[] bytes, int offset, int byteCount) {
        row.putBytes(bytes, offset, byteCount);
    }

    /// Ends the present row.
    public void endRow() {
        HashValue128 value = row.get();
        row.reset();
        rows++;
        add(value.getMostSignificantBits(), value.getLeastSignificantBits());
    }

    /// Adds another hash, as [#text()] wrote it.
    ///
    /// @throws IllegalArgumentException if it has not 32 hexadecimal digits
    public void add(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a row hash has 32 digits: " + text);
        }
        add(
                Long.parseUnsignedLong(text.substring(0, 16), 16),
                Long.parseUnsignedLong(text.substring(16), 16));
    }

    private void add(long addedHigh, long addedLow) {
        long sum = low + addedLow;
        high += addedHigh + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        low = sum;
    }

    /// Rows that were ended here; what [#add(String)] brought is not counted.
    public long rows() {
        return rows;
    }

    /// The hash as 32 hexadecimal digits, most significant first.
    public String text() {
        return Text.format("%016x%016x", high, low);
    }
}
