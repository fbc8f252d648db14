package io.holdfast.servertests.roundtrip;

import io.holdfast.backup.logical.schema.CaptureSettings;
import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.backup.logical.schema.SchemaReader;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.ByteSink;
import io.holdfast.core.TableName;
import io.holdfast.recovery.load.LoadSource;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A logical backup held in memory: schema as the real one reads it, every table in chunks of some
/// thousand rows. For tests of loading alone, on a server that nobody writes to.
final class CapturedBackup implements LoadSource {
    private static final int CHUNK_ROWS = 7000;

    private final ByteArrayOutputStream objects = new ByteArrayOutputStream();
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private final List<byte[]> rows = new ArrayList<>();
    private final List<SchemaLine> lines = new ArrayList<>();
    private long rowCount;

    static CapturedBackup of(ConnectOptions server) {
        var backup = new CapturedBackup();
        try (Session session = Session.open(server)) {
            CaptureSettings.apply(session);
            var objectLines = new JsonLines.Writer(backup.objects);
            new SchemaReader(new Engines(Set.of(), Long.MAX_VALUE))
                    .read(
                            session,
                            line -> {
                                backup.lines.add(line);
                                objectLines.write(line);
                            });
            objectLines.end();
            var chunkLines = new JsonLines.Writer(backup.chunks);
            for (SchemaLine line : backup.lines) {
                TableContent content = line.table();
                if (line.kind() == ObjectKind.TABLE
                        && content != null
                        && content.rows() != TableContent.Rows.NONE) {
                    backup.captureRows(session, line, content, chunkLines);
                }
            }
            chunkLines.end();
        }
        return backup;
    }

    private void captureRows(
            Session session, SchemaLine line, TableContent content, JsonLines.Writer out) {
        var table = new TableName(Objects.requireNonNull(line.schema()), line.name());
        var total = new RowHash();
        var chunk = new Chunk();
        var ended = new ArrayList<Chunk>();
        session.stream(
                content.select(table, null),
                (bytes, offset, byteCount, endsRow) -> {
                    Chunk present = ended.isEmpty() ? chunk : ended.getLast();
                    present.bytes.write(bytes, offset, byteCount);
                    present.hash.piece(bytes, offset, byteCount);
                    if (endsRow) {
                        present.hash.endRow();
                        if (present.hash.rows() == CHUNK_ROWS) {
                            ended.add(new Chunk());
                        }
                    }
                });
        if (chunk.hash.rows() > 0) {
            ended.addFirst(chunk);
        }
        ended.removeIf(one -> one.hash.rows() == 0);
        long bytes = 0;
        long count = 0;
        for (int i = 0; i < ended.size(); i++) {
            Chunk one = ended.get(i);
            total.add(one.hash.text());
            bytes += one.bytes.size();
            count += one.hash.rows();
            rows.add(one.bytes.toByteArray());
            out.write(
                    new TableLine.Chunk(
                            content.number(),
                            i,
                            null,
                            one.hash.rows(),
                            one.bytes.size(),
                            one.hash.text(),
                            new StreamRef(List.of(), rows.size() - 1, "00000000")));
        }
        rowCount += count;
        out.write(
                new TableLine.TableEnd(content.number(), ended.size(), count, bytes, total.text()));
    }

    private static final class Chunk {
        final RowHash hash = new RowHash();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    }

    List<SchemaLine> lines() {
        return lines;
    }

    @Override
    public InputStream objects() {
        return new ByteArrayInputStream(objects.toByteArray());
    }

    @Override
    public InputStream chunks() {
        return new ByteArrayInputStream(chunks.toByteArray());
    }

    @Override
    public void rows(TableLine.Chunk chunk, ByteSink sink) {
        byte[] bytes = rows.get((int) chunk.stream().bytes());
        sink.accept(bytes, 0, bytes.length);
    }

    @Override
    public long rowCount() {
        return rowCount;
    }
}
