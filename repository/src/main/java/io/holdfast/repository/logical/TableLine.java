package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.holdfast.repository.format.StreamRef;
import org.jspecify.annotations.Nullable;

/// One line of the stream of tables: a chunk of rows, or the end of a table.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TableLine.Chunk.class, name = "chunk"),
    @JsonSubTypes.Type(value = TableLine.TableEnd.class, name = "table-end")
})
public sealed interface TableLine {
    /// The table's number, see [TableContent#number()].
    int table();

    /// A run of rows with its stream.
    ///
    /// @param chunk from 0 within the table
    /// @param where the SQL condition that holds for exactly these rows; null if there is none
    /// @param rows how many
    /// @param bytes of the rows before compression
    /// @param hash see [RowHash]
    /// @param stream the repository's reference to the stream
    record Chunk(
            int table,
            int chunk,
            @Nullable String where,
            long rows,
            long bytes,
            String hash,
            StreamRef stream)
            implements TableLine {}

    /// The end of a table: sums over its chunks.
    ///
    /// @param chunks how many
    record TableEnd(int table, int chunks, long rows, long bytes, String hash)
            implements TableLine {}
}
