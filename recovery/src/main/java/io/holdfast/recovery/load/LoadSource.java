package io.holdfast.recovery.load;

import io.holdfast.core.ByteSink;
import io.holdfast.repository.ReplicationChannel;
import io.holdfast.repository.logical.TableLine;
import java.io.InputStream;
import java.util.List;

/// The three kinds of stream of a logical backup, wherever they are kept. Thread-safe: rows of
/// several chunks are read at once.
public interface LoadSource {
    /// Opens the lines of schema objects. The caller closes it.
    InputStream objects();

    /// Opens the lines of chunks and tables. The caller closes it.
    InputStream chunks();

    /// Gives a chunk's rows to the sink, in pieces cut anywhere, and proves them at the end.
    void rows(TableLine.Chunk chunk, ByteSink sink);

    /// How many rows the backup has, for progress.
    long rowCount();

    /// The replication channels that the original server had; none of them is made again.
    List<ReplicationChannel> channels();
}
