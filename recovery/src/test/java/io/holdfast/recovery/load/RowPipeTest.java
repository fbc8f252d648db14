package io.holdfast.recovery.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.logical.RowHash;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: what comes out is what went in, in the same order, cut between rows only. Method: rows of
/// all sizes in pieces of all sizes, by a thread that is faster than the other.
@Seeded
final class RowPipeTest {
    private static final int CHUNK_BYTES = 1 << 20;

    @Test
    void rowsComeOutAsTheyWentInAndChunksEndBetweenThem(RandomGenerator random) throws Exception {
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            byte[] row = new byte[random.nextInt(4) == 0 ? random.nextInt(1 << 21) : 1 + i * 4096];
            random.nextBytes(row);
            rows.add(row);
        }
        var hash = new RowHash();
        var pipe = new RowPipe(CHUNK_BYTES);
        Thread reader = Thread.ofVirtual().start(() -> give(rows, pipe));
        int next = 0;
        while (pipe.hasChunk()) {
            var chunk = new ByteArrayOutputStream();
            pipe.writeChunk(chunk::write);
            var expected = new ByteArrayOutputStream();
            while (expected.size() < CHUNK_BYTES && next < rows.size()) {
                hash.piece(rows.get(next), 0, rows.get(next).length);
                hash.endRow();
                expected.writeBytes(rows.get(next++));
            }
            assertThat(chunk.toByteArray()).isEqualTo(expected.toByteArray());
        }
        reader.join();
        assertThat(next).isEqualTo(rows.size());
        assertThat(pipe.read()).isEqualTo(new RowProof(rows.size(), hash.text()));
    }

    @Test
    void noRowsAreNoChunk() {
        var pipe = new RowPipe(CHUNK_BYTES);
        pipe.end();
        assertThat(pipe.hasChunk()).isFalse();
    }

    /// Large rows come in pieces, the last of which may be empty.
    private static void give(List<byte[]> rows, RowPipe pipe) {
        for (byte[] row : rows) {
            int half = row.length / 2;
            pipe.piece(row, 0, half, false);
            pipe.piece(row, half, row.length - half, row.length % 2 == 0);
            if (row.length % 2 != 0) {
                pipe.piece(row, 0, 0, true);
            }
        }
        pipe.end();
    }
}
