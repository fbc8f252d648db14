package io.holdfast.backup.logical.schema;

import io.holdfast.repository.logical.SchemaLine;

/// Takes schema objects in the order in which they can be created.
@FunctionalInterface
public interface SchemaSink {
    /// Takes a line. A base table comes through [#table(SchemaLine, TableSize)] instead.
    void line(SchemaLine line);

    /// Takes a base table, with what the server believes about its size.
    default void table(SchemaLine line, TableSize size) {
        line(line);
    }
}
