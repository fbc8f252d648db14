package io.holdfast.backup.logical;

import io.holdfast.client.RowSink;
import io.holdfast.core.Progress;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.TableLine;
import org.jspecify.annotations.Nullable;

/// Takes the rows of one piece of a table as the server sends them: into a stream, through the
/// hash, cut into chunks between rows. No row is held whole.
///
/// Confined to one thread.
final class ChunkWriter implements RowSink, AutoCloseable {
    private final BackupWriter backup;
    private final JsonLines.Writer lines;
    private final TableJob table;
    private final @Nullable String where;
    private final long chunkBytesMax;
    private final Progress.Work progress;
    private @Nullable StreamWriter stream;
    private RowHash hash = new RowHash();
    private long unreported;
    private boolean isCut;

    /// @param where the condition that the rows of this piece meet, null without one
    /// @param chunkBytesMax a chunk is cut after the row that reaches it
    ChunkWriter(
            BackupWriter backup,
            JsonLines.Writer lines,
            TableJob table,
            @Nullable String where,
            long chunkBytesMax,
            Progress.Work progress) {
        this.backup = backup;
        this.lines = lines;
        this.table = table;
        this.where = where;
        this.chunkBytesMax = chunkBytesMax;
        this.progress = progress;
    }

    @Override
    public void piece(byte[] bytes, int offset, int byteCount, boolean endsRow) {
        StreamWriter out = stream;
        if (out == null) {
            out = backup.openStream();
            stream = out;
        }
        out.write(bytes, offset, byteCount);
        hash.piece(bytes, offset, byteCount);
        unreported += byteCount;
        if (unreported >= 1 << 20) {
            progress.advance(unreported);
            unreported = 0;
        }
        if (endsRow) {
            hash.endRow();
            if (out.bytes() >= chunkBytesMax) {
                isCut = true;
                endChunk(out);
            }
        }
    }

    private void endChunk(StreamWriter out) {
        long bytes = out.bytes();
        long rows = hash.rows();
        String text = hash.text();
        StreamRef ref = out.finish();
        stream = null;
        hash = new RowHash();
        int number = table.addChunk(rows, bytes, text);
        lines.write(
                new TableLine.Chunk(
                        table.content().number(),
                        number,
                        isCut ? null : where,
                        rows,
                        bytes,
                        text,
                        ref));
    }

    /// Ends the piece after its last row.
    void end() {
        if (stream != null) {
            endChunk(stream);
        }
        progress.advance(unreported);
        unreported = 0;
    }

    /// Gives up what is not ended.
    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
    }
}
