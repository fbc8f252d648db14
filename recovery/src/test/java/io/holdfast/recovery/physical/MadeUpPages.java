package io.holdfast.recovery.physical;

import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/// Tablespaces of ordinary pages as a server writes them, with nothing sensible in them.
final class MadeUpPages {
    static final int PAGE_BYTES = 16_384;

    private MadeUpPages() {}

    /// Stores the file's pages in order, those of zeros not at all.
    static PhysicalFile file(Backups backups, String path, long space, byte[] file) {
        StreamRef stored = backups.stream(file);
        BlockRun run = stored.runs().getFirst();
        int inBlock = (1 << 20) / PAGE_BYTES;
        var runs = new ArrayList<PageRun>();
        for (int page = 0; page < file.length / PAGE_BYTES; page++) {
            boolean isZero =
                    Arrays.equals(
                            file,
                            page * PAGE_BYTES,
                            (page + 1) * PAGE_BYTES,
                            new byte[PAGE_BYTES],
                            0,
                            PAGE_BYTES);
            runs.add(
                    isZero
                            ? new PageRun.Zero(1)
                            : new PageRun.Stored(
                                    1, run.pack(), run.first() + page / inBlock, page % inBlock));
        }
        return new PhysicalFile.Tablespace(
                path,
                null,
                space,
                0,
                PAGE_BYTES,
                file.length,
                List.of(backups.map(new PageSegment(file.length / PAGE_BYTES, runs))));
    }

    static byte[] pages(int space, int pageCount, RandomGenerator random) {
        byte[] file = new byte[pageCount * PAGE_BYTES];
        for (int number = 0; number < pageCount; number++) {
            byte[] page = new byte[PAGE_BYTES];
            random.nextBytes(page);
            var fields = ByteBuffer.wrap(page);
            fields.putInt(4, number);
            fields.putShort(24, (short) 17855);
            fields.putInt(34, space);
            fields.putInt(38, space);
            fields.putInt(PAGE_BYTES - 4, fields.getInt(20));
            var head = new CRC32C();
            head.update(page, 4, 22);
            var body = new CRC32C();
            body.update(page, 38, PAGE_BYTES - 8 - 38);
            int sum = (int) (head.getValue() ^ body.getValue());
            fields.putInt(0, sum);
            fields.putInt(PAGE_BYTES - 8, sum);
            System.arraycopy(page, 0, file, number * PAGE_BYTES, PAGE_BYTES);
        }
        return file;
    }
}
