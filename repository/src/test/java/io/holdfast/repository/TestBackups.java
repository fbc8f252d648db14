package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.physical.StoredSegment;
import io.holdfast.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Small backups for tests.
final class TestBackups {
    static final UUID SERVER = UUID.fromString("3e11fa47-71ca-11e1-9e33-c80aa9429562");
    static final Instant TIME = Instant.parse("2026-11-22T16:10:00.123456Z");

    static final SchemaLine SCHEMA_LINE =
            SchemaLine.ofServer(ObjectKind.FACTS, "server", List.of());

    private TestBackups() {}

    /// A fixed clock and randomness that repeats.
    static Repository.Surroundings surroundings(long seed) {
        return new Repository.Surroundings(
                InstantSource.fixed(TIME), new java.util.Random(seed), LeaseTerms.DEFAULT);
    }

    static BackupState state(LogicalSection logical) {
        return new BackupState(
                BackupKind.LOGICAL,
                new ServerIdentity(SERVER, "9.7.4", "Source distribution", "db3", 3306, 7),
                null,
                GtidSet.parse(SERVER + ":1-77"),
                new BinlogPosition("binlog.000042", 1234),
                TIME,
                Map.of("sql_mode", "ANSI"),
                List.of(),
                logical,
                null);
    }

    /// Writes and commits a backup with some streams of content and a line of schema.
    static Manifest write(Repository repository, List<byte[]> contents) {
        try (BackupWriter backup = repository.beginBackup(SERVER, "test")) {
            for (byte[] content : contents) {
                try (StreamWriter stream = backup.openStream()) {
                    stream.write(content, 0, content.length);
                    StreamRef _ = stream.finish();
                }
            }
            StreamRef objects = lines(backup, SCHEMA_LINE);
            StreamRef tables = lines(backup);
            return backup.commit(state(new LogicalSection(objects, tables, 1, 0, 0)));
        }
    }

    /// A backup that is broken off after it has noted one segment.
    static BackupId leaveUnfinished(Repository repository) {
        return leaveUnfinished(repository, TIME);
    }

    /// @param began when it says that it began
    static BackupId leaveUnfinished(Repository repository, Instant began) {
        try (BackupWriter backup = repository.packing(1).beginBackup(SERVER, "test")) {
            List<StoredSegment> left =
                    backup.stage(physicalState(began), List.of(segment(backup, 0)));
            if (!left.isEmpty()) {
                throw new IllegalStateException("the pack is not durable");
            }
            return backup.id();
        }
    }

    /// Writes what stands for the map of a segment.
    static StoredSegment segment(BackupWriter backup, int number) {
        try (StreamWriter stream = backup.openStream()) {
            stream.write(new byte[] {1, 2, 3});
            StreamRef map = stream.finish();
            PackId pack = map.runs().getFirst().pack();
            return new StoredSegment("shop/a.ibd", 7, 16384, number, map, List.of(pack));
        }
    }

    static BackupState physicalState() {
        return physicalState(TIME);
    }

    private static BackupState physicalState(Instant consistentAt) {
        BackupState logical = state(new LogicalSection(StreamRef.EMPTY, StreamRef.EMPTY, 0, 0, 0));
        return new BackupState(
                BackupKind.PHYSICAL,
                logical.server(),
                null,
                logical.gtidSet(),
                logical.position(),
                consistentAt,
                logical.settings(),
                List.of(),
                null,
                new PhysicalSection(
                        StreamRef.EMPTY,
                        StreamRef.EMPTY,
                        1000,
                        2000,
                        6,
                        false,
                        16384,
                        PhysicalSection.Method.FULL,
                        null,
                        TIME,
                        0,
                        0,
                        0));
    }

    static StreamRef lines(BackupWriter backup, Object... values) {
        try (StreamWriter stream = backup.openStream()) {
            var lines = new JsonLines.Writer(stream);
            for (Object value : values) {
                lines.write(value);
            }
            lines.end();
            return stream.finish();
        }
    }

    static byte[] random(RandomGenerator random, int byteCount) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] readAll(BackupReader reader, StreamRef stream) {
        var bytes = new ByteArrayOutputStream();
        try (StreamInput in = reader.open(stream)) {
            in.transferTo((piece, offset, count) -> bytes.write(piece, offset, count));
        }
        return bytes.toByteArray();
    }

    static byte[] bytes(ObjectStore store, io.holdfast.store.ObjectKey key) {
        return store.readRange(
                key, new io.holdfast.store.ByteRange(0, store.bytes(key).orElseThrow()));
    }
}
