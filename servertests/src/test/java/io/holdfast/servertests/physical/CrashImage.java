package io.holdfast.servertests.physical;

import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import io.holdfast.innodb.RedoScan;
import io.holdfast.innodb.RedoScanner;
import io.holdfast.innodb.TablespaceHeader;
import io.holdfast.recovery.physical.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.servertests.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A physical backup that owes nothing to the code that makes them: of the files that a killed
/// server left. Its redo log from the last checkpoint on is what crash recovery needs, as in a
/// backup of a running server.
final class CrashImage {
    private static final int BLOCK_BYTES = 1 << 20;

    private final Backups backup;
    private final Path data;

    private CrashImage(Backups backup, Path data) {
        this.backup = backup;
        this.data = data;
    }

    /// What only the living server can say. All that it has executed is in its files.
    record Facts(
            ServerIdentity identity,
            GtidSet gtids,
            BinlogPosition position,
            Map<String, String> settings) {

        static Facts read(Session session, Map<String, String> settings) {
            session.execute("FLUSH TABLES");
            session.execute("FLUSH ENGINE LOGS");
            var status = session.query("SHOW BINARY LOG STATUS").only();
            var row =
                    session.query("SELECT @@server_uuid, @@version, @@server_id, @@gtid_executed")
                            .only();
            return new Facts(
                    new ServerIdentity(
                            UUID.fromString(row.string(0)),
                            row.string(1),
                            "",
                            "here",
                            0,
                            row.integer(2)),
                    GtidSet.parse(row.string(3)),
                    new BinlogPosition(status.string("File"), status.integer("Position")),
                    settings);
        }

        Facts ofVersion(String version) {
            return new Facts(
                    new ServerIdentity(
                            identity.uuid(),
                            version,
                            identity.versionComment(),
                            identity.hostname(),
                            identity.port(),
                            identity.serverId()),
                    gtids,
                    position,
                    settings);
        }
    }

    /// Kills the server and stores what it leaves.
    static BackupId of(
            TestServer server, Repository repository, Facts facts, @Nullable String history)
            throws IOException {
        server.kill();
        try (var backup = new Backups(repository, facts.identity().uuid())) {
            return new CrashImage(backup, server.dataFolder()).store(facts, history);
        }
    }

    private BackupId store(Facts facts, @Nullable String history) throws IOException {
        storeFiles();
        var log = Log.read(data.resolve(RedoFileName.FOLDER));
        return backup.commit(
                new Backups.Facts(
                        facts.identity(),
                        history,
                        facts.gtids(),
                        facts.position(),
                        Instant.now(),
                        facts.settings()),
                backup.stream(log.blocks().toByteArray()),
                log.startLsn(),
                log.endLsn());
    }

    private void storeFiles() throws IOException {
        List<Path> entries;
        try (Stream<Path> walked = Files.walk(data)) {
            entries = walked.sorted().toList();
        }
        for (Path entry : entries) {
            String path = data.relativize(entry).toString();
            if (path.isEmpty() || isLeftOut(path)) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                backup.add(new PhysicalFile.Folder(path));
            } else if (path.matches("(.*\\.(ibd|ibu))|ibdata\\d+|undo_\\d+")) {
                backup.add(tablespace(path, Files.readAllBytes(entry)));
            } else if (!path.contains(".sock")) {
                backup.add(new PhysicalFile.Other(path, backup.stream(Files.readAllBytes(entry))));
            }
        }
    }

    private static boolean isLeftOut(String path) {
        return path.startsWith("#")
                || path.matches(
                        "ibtmp.*|.*\\.dblwr|binlog\\..*|.*\\.pid|ib_buffer_pool|auto\\.cnf");
    }

    private PhysicalFile tablespace(String path, byte[] bytes) {
        var header = TablespaceHeader.decode(bytes, bytes.length, path);
        int pageBytes = header.pageSize().physicalBytes();
        int pageCount = bytes.length / pageBytes;
        var segments = new ArrayList<StreamRef>();
        for (int first = 0; first < pageCount; first += PageSegment.PAGES_MAX) {
            int count = Math.min(pageCount - first, PageSegment.PAGES_MAX);
            segments.add(segment(bytes, first, count, header));
        }
        return new PhysicalFile.Tablespace(
                path,
                null,
                header.spaceId(),
                header.flags().bits(),
                pageBytes,
                (long) pageCount * pageBytes,
                segments);
    }

    private StreamRef segment(byte[] bytes, int first, int count, TablespaceHeader header) {
        int pageBytes = header.pageSize().physicalBytes();
        var stored = new boolean[count];
        StreamRef content;
        try (StreamWriter stream = backup.open();
                var verifier = new PageVerifier(header.pageSize(), true)) {
            for (int i = 0; i < count; i++) {
                int offset = (first + i) * pageBytes;
                stored[i] = !(verifier.verify(bytes, offset) instanceof PageVerdict.Zero);
                if (stored[i]) {
                    stream.write(bytes, offset, pageBytes);
                }
            }
            content = stream.finish();
        }
        var places = new ArrayList<PageRun.Stored>();
        for (BlockRun run : content.runs()) {
            for (int block = 0; block < run.count(); block++) {
                for (int inBlock = 0; inBlock < BLOCK_BYTES / pageBytes; inBlock++) {
                    PackId pack = run.pack();
                    places.add(new PageRun.Stored(1, pack, run.first() + block, inBlock));
                }
            }
        }
        var runs = new ArrayList<PageRun>();
        int next = 0;
        for (boolean isStored : stored) {
            runs.add(isStored ? places.get(next++) : new PageRun.Zero(1));
        }
        return backup.map(new PageSegment(count, runs));
    }

    /// The redo log of a killed server from its last checkpoint to its last written byte.
    private record Log(long startLsn, long endLsn, ByteArrayOutputStream blocks) {
        static Log read(Path folder) throws IOException {
            var logs = new TreeMap<Long, byte[]>();
            long checkpoint = 0;
            try (var entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    var name = RedoFileName.parse(entry.getFileName().toString());
                    if (name.isEmpty() || name.get().isSpare()) {
                        continue;
                    }
                    byte[] bytes = Files.readAllBytes(entry);
                    var start = RedoFileStart.decode(bytes, bytes.length, entry.toString());
                    logs.put(start.header().startLsn(), bytes);
                    checkpoint = Math.max(checkpoint, start.checkpointLsn().orElse(0));
                }
            }
            var blocks = new ByteArrayOutputStream();
            var scanner = new RedoScanner();
            long at = RedoBlock.start(checkpoint);
            while (true) {
                Map.Entry<Long, byte[]> held = Objects.requireNonNull(logs.floorEntry(at));
                byte[] bytes = held.getValue();
                var file = new RedoFile(held.getKey(), bytes.length);
                if (!file.holds(at)) {
                    return new Log(checkpoint, at + RedoBlock.HEADER_BYTES, blocks);
                }
                int offset = (int) file.offset(at);
                RedoScan scan = scanner.scan(bytes, offset, bytes.length - offset, at);
                int tail = scan.tailBytes() > 0 ? RedoBlock.BYTES : 0;
                blocks.write(bytes, offset, scan.wholeBytes() + tail);
                at += scan.wholeBytes();
                if (scan.stop() != RedoScan.Stop.BYTES_END) {
                    long end = scan.tailBytes() > 0 ? scan.tailBytes() : RedoBlock.HEADER_BYTES;
                    return new Log(checkpoint, at + end, blocks);
                }
            }
        }
    }
}
