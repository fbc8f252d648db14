package io.holdfast.servertests.innodb;

import io.holdfast.client.Session;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.servertests.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The redo log files of a test server, read into memory.
record RedoLog(Map<Long, Part> parts) {
    private static final int ROUNDS_MAX = 600;

    /// One file.
    static final class Part {
        private final RedoFileStart start;
        private final RedoFile file;
        private final byte[] bytes;

        Part(RedoFileStart start, byte[] bytes) {
            this.start = start;
            this.file = new RedoFile(start.header().startLsn(), bytes.length);
            this.bytes = bytes;
        }

        RedoFileStart start() {
            return start;
        }

        RedoFile file() {
            return file;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /// A stretch of the log.
    static final class Stretch {
        private final long startLsn;
        private final byte[] blocks;
        private final RedoScan last;

        Stretch(long startLsn, byte[] blocks, RedoScan last) {
            this.startLsn = startLsn;
            this.blocks = blocks;
            this.last = last;
        }

        long startLsn() {
            return startLsn;
        }

        byte[] blocks() {
            return blocks;
        }

        /// How the last of its files ended.
        RedoScan last() {
            return last;
        }
    }

    static RedoLog read(Path dataFolder) throws IOException {
        var parts = new TreeMap<Long, Part>();
        try (var files = Files.list(dataFolder.resolve(RedoFileName.FOLDER))) {
            for (Path path : files.toList()) {
                var name = RedoFileName.parse(path.getFileName().toString()).orElseThrow();
                if (name.isSpare()) {
                    continue;
                }
                byte[] bytes = Files.readAllBytes(path);
                RedoFileStart start = RedoFileStart.decode(bytes, bytes.length, path.toString());
                parts.put(name.id(), new Part(start, bytes));
            }
        }
        return new RedoLog(parts);
    }

    /// Reads the log when the server has been still from before to after the reading.
    static RedoLog readWhenStill(TestServer server, Session session) throws IOException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            String before = state(session);
            try {
                RedoLog log = read(server.dataFolder());
                if (log.from(log.checkpointLsn()).last().reaches(Sql.lsn(session, "LSN"))
                        && state(session).equals(before)) {
                    return log;
                }
            } catch (NoSuchFileException _) {
                // One that was used up has become a spare one.
            }
            session.query("SELECT SLEEP(0.1)");
        }
        throw new AssertionError("the server writes without end");
    }

    /// What a server says of its log: two equal answers mean that nothing was written in between.
    static String state(Session session) {
        return Sql.text(session, "STORAGE_ENGINES FROM performance_schema.log_status");
    }

    /// The newest checkpoint in any file.
    long checkpointLsn() {
        return parts.values().stream()
                .mapToLong(part -> part.start().checkpointLsn().orElse(0))
                .max()
                .orElseThrow();
    }

    /// All the log from the block of `lsn` on, as far as it is written.
    Stretch from(long lsn) {
        long at = RedoBlock.start(lsn);
        long startLsn = at;
        var blocks = new ByteArrayOutputStream();
        var scanner = new RedoScanner();
        RedoScan last = new RedoScan(at, 0, 0, false, RedoScan.Stop.BYTES_END);
        for (Part part : parts.values()) {
            if (!part.file().holds(at)) {
                continue;
            }
            int offset = (int) part.file().offset(at);
            last = scanner.scan(part.bytes(), offset, part.bytes().length - offset, at);
            int tail = last.tailBytes() > 0 ? RedoBlock.BYTES : 0;
            blocks.write(part.bytes(), offset, last.wholeBytes() + tail);
            at += last.wholeBytes();
            if (last.stop() != RedoScan.Stop.BYTES_END) {
                break;
            }
        }
        return new Stretch(startLsn, blocks.toByteArray(), last);
    }
}
