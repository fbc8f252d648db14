package io.holdfast.backup.logical.schema;

/// What the server's statistics say about a table. Estimates: for InnoDB they are sampled.
///
/// @param rowCount may be 0 for a table with rows
/// @param dataBytes of the rows, without secondary indexes
public record TableSize(long rowCount, long dataBytes) {
    /// The estimated bytes of a row, at least 1.
    public long rowBytes() {
        return Math.max(1, rowCount == 0 ? 100 : dataBytes / rowCount);
    }
}
