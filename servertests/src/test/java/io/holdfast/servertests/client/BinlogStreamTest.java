package io.holdfast.servertests.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.binlog.BinlogError;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.Dialect;
import io.holdfast.client.DumpRequest;
import io.holdfast.client.DumpStart;
import io.holdfast.client.LogFile;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.SqlErrorException;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Goal: what comes through a stream is, byte for byte, what stands in the server's files, and
/// every event's place is known.
final class BinlogStreamTest {
    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};
    private static final UUID REPLICA = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private static DumpRequest from(DumpStart start) {
        return DumpRequest.following(start, 4711, REPLICA).untilEof();
    }

    private static BinlogStream open(TestServer server, DumpRequest request) {
        return Sessions.root(server).dumpBinlog(request);
    }

    /// Three files: small transactions, tagged ones, and one event of 60 MB.
    private static void write(Session session) {
        session.execute("CREATE DATABASE d");
        session.execute("CREATE TABLE d.t (a INT PRIMARY KEY AUTO_INCREMENT, b LONGBLOB)");
        session.execute("INSERT INTO d.t (b) VALUES ('one'), ('two')");
        session.execute("FLUSH BINARY LOGS");
        session.execute("INSERT INTO d.t (b) VALUES (REPEAT('x', 60000000))");
        session.execute("FLUSH BINARY LOGS");
        session.execute("INSERT INTO d.t (b) VALUES ('three')");
    }

    /// Per file, the CRC-32 of the magic number and all events that are in it, in order.
    private static Map<String, Long> checksumsOf(BinlogStream stream) {
        var sums = new TreeMap<String, CRC32>();
        for (EventFrame frame = stream.next(); frame != null; frame = stream.next()) {
            if (!stream.isInFile()) {
                continue;
            }
            CRC32 sum =
                    sums.computeIfAbsent(
                            stream.position().file(),
                            _ -> {
                                var fresh = new CRC32();
                                fresh.update(MAGIC);
                                return fresh;
                            });
            frame.transferTo((bytes, offset, byteCount) -> sum.update(bytes, offset, byteCount));
        }
        var values = new TreeMap<String, Long>();
        sums.forEach((file, sum) -> values.put(file, sum.getValue()));
        return values;
    }

    private static long checksumOf(Path file) throws IOException {
        var sum = new CRC32();
        byte[] bytes = Files.readAllBytes(file);
        bytes[MAGIC.length + 17] &= (byte) ~EventType.FLAG_IN_USE; // as the server sends it
        sum.update(bytes);
        return sum.getValue();
    }

    @Test
    void filesComeByteForByteWithAndWithoutChecksums() throws IOException {
        for (String checksum : List.of("CRC32", "NONE")) {
            try (var server =
                            TestServer.start(
                                    "--binlog-checksum=" + checksum, "--max-allowed-packet=1G");
                    Session session = Sessions.root(server)) {
                write(session);
                List<LogFile> files = new Dialect(session).binaryLogs();
                var first = new BinlogPosition(files.getFirst().name(), 4);
                try (BinlogStream stream = open(server, from(new DumpStart.At(first)))) {
                    Map<String, Long> seen = checksumsOf(stream);
                    assertThat(stream.endPosition())
                            .isEqualTo(
                                    new BinlogPosition(
                                            files.getLast().name(), files.getLast().byteCount()));
                    assertThat(seen).hasSize(files.size());
                    for (LogFile file : files) {
                        assertThat(seen.get(file.name()))
                                .as("%s with checksum %s", file.name(), checksum)
                                .isEqualTo(checksumOf(server.dataFolder().resolve(file.name())));
                    }
                }
            }
        }
    }

    @Test
    void streamsBeginAtEveryEventOfAFile() {
        try (var server = TestServer.start();
                Session session = Sessions.root(server)) {
            session.execute("CREATE DATABASE d");
            session.execute("CREATE TABLE d.t (a INT)");
            session.execute("INSERT INTO d.t VALUES (1)");
            String file = new Dialect(session).binaryLogs().getLast().name();
            List<BinlogPosition> all =
                    positions(server, new DumpStart.At(new BinlogPosition(file, 4)));
            assertThat(all).hasSizeGreaterThan(8);
            for (int i = 1; i < all.size(); i++) {
                assertThat(positions(server, new DumpStart.At(all.get(i))))
                        .as("from %s", all.get(i))
                        .isEqualTo(all.subList(i, all.size()));
            }
        }
    }

    private static List<BinlogPosition> positions(TestServer server, DumpStart start) {
        var positions = new ArrayList<BinlogPosition>();
        try (BinlogStream stream = open(server, from(start))) {
            while (stream.next() != null) {
                if (stream.isInFile()) {
                    positions.add(stream.position());
                }
            }
        }
        return positions;
    }

    @Test
    void transactionsOfTheSetAreLeftOutTaggedOnesIncluded() {
        try (var server = TestServer.start();
                Session session = Sessions.root(server)) {
            session.execute("CREATE DATABASE d");
            session.execute("CREATE TABLE d.t (a INT)");
            session.execute("SET gtid_next = 'AUTOMATIC:holdfast'");
            session.execute("INSERT INTO d.t VALUES (1)");
            GtidSet before = new Dialect(session).gtidExecuted();
            assertThat(before.toString()).contains(":holdfast:1");
            assertThat(beginnings(server, new DumpStart.Without(before))).isEmpty();
            session.execute("INSERT INTO d.t VALUES (2)");
            session.execute("SET gtid_next = 'AUTOMATIC'");
            session.execute("INSERT INTO d.t VALUES (3)");
            assertThat(beginnings(server, new DumpStart.Without(before)))
                    .containsExactly(EventType.GTID_TAGGED, EventType.GTID);
            assertThat(beginnings(server, new DumpStart.Without(GtidSet.EMPTY))).hasSize(5);
            BinlogPosition end = new Dialect(session).logStatus().orElseThrow().end();
            try (BinlogStream stream =
                    open(
                            server,
                            from(new DumpStart.Without(new Dialect(session).gtidExecuted())))) {
                while (stream.next() != null) {
                    // Only the end is of interest: a heartbeat names it.
                }
                assertThat(stream.endPosition()).isEqualTo(end);
            }
        }
    }

    private static List<Integer> beginnings(TestServer server, DumpStart start) {
        var types = new ArrayList<Integer>();
        try (BinlogStream stream = open(server, from(start))) {
            for (EventFrame frame = stream.next(); frame != null; frame = stream.next()) {
                int type = frame.header().typeCode();
                if (type == EventType.GTID || type == EventType.GTID_TAGGED) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    @Test
    void aFollowingStreamHearsHeartbeatsAndTheNextTransaction() {
        try (var server = TestServer.start();
                Session session = Sessions.root(server)) {
            session.execute("CREATE DATABASE d");
            var start = new DumpStart.Without(new Dialect(session).gtidExecuted());
            var request =
                    DumpRequest.following(start, 4711, REPLICA)
                            .withHeartbeat(Duration.ofMillis(500));
            try (BinlogStream stream = open(server, request)) {
                for (int heartbeats = 0; heartbeats < 3; ) {
                    int type = Objects.requireNonNull(stream.next()).header().typeCode();
                    heartbeats += type == EventType.HEARTBEAT_V2 ? 1 : 0;
                }
                assertThat(new Dialect(session).replicas().only().integer("Server_Id"))
                        .isEqualTo(4711);
                session.execute("CREATE TABLE d.t (a INT)");
                int type;
                do {
                    type = Objects.requireNonNull(stream.next()).header().typeCode();
                } while (type != EventType.GTID);
                assertThat(stream.isInFile()).isTrue();
            }
        }
    }

    @Test
    void whatTheServerNoLongerHasIsItsError1236() {
        try (var server = TestServer.start();
                Session session = Sessions.root(server)) {
            session.execute("CREATE DATABASE d");
            session.execute("FLUSH BINARY LOGS");
            List<LogFile> files = new Dialect(session).binaryLogs();
            session.execute("PURGE BINARY LOGS TO '" + files.getLast().name() + "'");
            for (DumpStart start :
                    List.of(
                            new DumpStart.At(new BinlogPosition(files.getFirst().name(), 4)),
                            new DumpStart.Without(GtidSet.EMPTY))) {
                try (BinlogStream stream = open(server, from(start))) {
                    assertThatThrownBy(
                                    () -> {
                                        while (stream.next() != null) {
                                            // The error comes instead of the first event.
                                        }
                                    })
                            .isInstanceOfSatisfying(
                                    SqlErrorException.class,
                                    e -> assertThat(e.number()).isEqualTo(1236));
                }
            }
        }
    }

    /// Goal: a damaged event is never taken for a whole one. Method: one byte of a closed file
    /// changed on the server's disk, in a small event and in one of 60 MB.
    @Test
    void aFlippedBitIsFoundAndItsPlaceNamed() throws IOException {
        try (var server = TestServer.start("--max-allowed-packet=1G");
                Session session = Sessions.root(server)) {
            write(session);
            List<LogFile> files = new Dialect(session).binaryLogs();
            for (LogFile file : files.subList(files.size() - 3, files.size() - 1)) {
                var start = new DumpStart.At(new BinlogPosition(file.name(), 4));
                List<BinlogPosition> events = positions(server, start);
                // The last but two of the file: the rows, in front of commit and rotation.
                BinlogPosition rows =
                        events.stream()
                                .filter(at -> at.file().equals(file.name()))
                                .toList()
                                .reversed()
                                .get(2);
                flip(server.dataFolder().resolve(file.name()), rows.offset() + 40);
                assertThatThrownBy(() -> positions(server, start))
                        .isInstanceOfSatisfying(
                                CorruptDataException.class,
                                e -> {
                                    assertThat(e.problem().code())
                                            .isEqualTo(BinlogError.BINLOG_CHECKSUM_MISMATCH);
                                    assertThat(e.problem().where())
                                            .startsWith(
                                                    file.name() + " at offset " + rows.offset());
                                });
                flip(server.dataFolder().resolve(file.name()), rows.offset() + 40);
            }
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(offset);
            int value = open.read();
            open.seek(offset);
            open.write(value ^ 0x10);
        }
    }
}
