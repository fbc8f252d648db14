package io.holdfast.repository.format;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.holdfast.core.Text;
import java.util.List;

/// Names the bytes of a stream: the runs of blocks that they lie in, their count, and their
/// CRC-32C.
///
/// @param bytes raw bytes of all blocks
/// @param crc32c over the raw bytes, eight hex digits
public record StreamRef(List<BlockRun> runs, @JsonProperty("bytes") long bytes, String crc32c) {
    /// A stream of no bytes.
    public static final StreamRef EMPTY = new StreamRef(List.of(), 0, "00000000");

    public StreamRef {
        runs = List.copyOf(runs);
    }

    /// How many blocks the stream has.
    public long blockCount() {
        return runs.stream().mapToLong(BlockRun::count).sum();
    }

    static String hex(long crc32c) {
        return Text.format("%08x", crc32c);
    }
}
