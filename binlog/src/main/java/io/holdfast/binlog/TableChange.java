package io.holdfast.binlog;

import io.holdfast.core.TableName;

/// What a transaction did to the rows of one table.
///
/// @param isExact false if rows were changed in statement format, or could not be counted because a
///   column's type is not known; the counts are then lower bounds
public record TableChange(
        TableName table, long inserted, long updated, long deleted, boolean isExact) {}
