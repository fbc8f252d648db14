package io.holdfast.repository.format;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// Blocks that follow one another in one pack. In JSON an array of three.
///
/// @param first ordinal of the first block
/// @param count how many blocks, at least 1
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"pack", "first", "count"})
public record BlockRun(PackId pack, int first, int count) {
    public BlockRun {
        if (first < 0 || count < 1 || first > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("not a run of blocks: " + first + " + " + count);
        }
    }
}
