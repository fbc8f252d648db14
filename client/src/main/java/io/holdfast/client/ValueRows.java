package io.holdfast.client;

import io.holdfast.wire.ColumnDefinition;
import io.holdfast.wire.SqlValue;
import java.util.List;

/// A small result of a prepared statement, held whole, every value with its exact bits.
public record ValueRows(List<ColumnDefinition> columns, List<List<SqlValue>> rows) {}
