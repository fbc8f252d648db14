package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.binlog.EventFrame;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UnavailableException;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Seeded
class JournalTest {
    private static final JournalLine LINE =
            new JournalLine("h1", new UUID(1, 2), "", "first archive");
    private static final BinlogPosition BEGIN = new BinlogPosition("binlog.000007", 4);
    private static final JournalLimits SMALL = new JournalLimits(20_000, 4096, 1L << 30);

    @TempDir Path folder;

    private static CommitLag lag() {
        return new CommitLag(() -> 0);
    }

    private Journal open(JournalLimits limits) {
        return Journal.open(folder, limits, lag());
    }

    private static List<byte[]> events(RandomGenerator random, int count, int bytesMax) {
        return Stream.generate(() -> Events.event(random.nextInt(19, bytesMax), random))
                .limit(count)
                .toList();
    }

    private static void appendAll(Journal journal, List<byte[]> events) {
        events.forEach(event -> journal.append(Events.frame(event), 0));
    }

    private static List<byte[]> readAll(Journal journal) throws InterruptedException {
        var read = new ArrayList<byte[]>();
        try (var tail = new JournalTail(journal)) {
            for (EventFrame frame = tail.next(Duration.ZERO);
                    frame != null;
                    frame = tail.next(Duration.ZERO)) {
                read.add(Events.bytes(frame));
            }
        }
        return read;
    }

    private static void assertEqual(List<byte[]> actual, List<byte[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("event %d", i).isEqualTo(expected.get(i));
        }
    }

    private static long offset(Journal journal) {
        return Objects.requireNonNull(journal.end()).position().offset();
    }

    @Test
    void whatWasAppendedIsReadBackInOrderAcrossSegments(RandomGenerator random)
            throws InterruptedException {
        List<byte[]> events = new ArrayList<>(events(random, 200, 900));
        events.add(100, Events.event(150_000, random)); // larger than both buffers and any head
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events);
            journal.drain();
            assertEqual(readAll(journal), events);
            assertThat(journal.segments().size()).isGreaterThan(3);
        }
        try (Journal journal = open(SMALL)) {
            assertEqual(readAll(journal), events);
            assertThat(journal.end()).isNotNull();
            long total = events.stream().mapToLong(event -> event.length).sum();
            assertThat(offset(journal)).isEqualTo(BEGIN.offset() + total);
        }
    }

    @Test
    void aLargeEventThatIsNotWantedIsPassedOver(RandomGenerator random)
            throws InterruptedException {
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            byte[] last = Events.event(30, random);
            appendAll(journal, List.of(Events.event(200_000, random), last));
            journal.drain();
            try (var tail = new JournalTail(journal)) {
                assertThat(tail.next(Duration.ZERO)).isNotNull();
                assertThat(Events.bytes(Objects.requireNonNull(tail.next(Duration.ZERO))))
                        .isEqualTo(last);
            }
        }
    }

    @Test
    void readingGoesOnAtAnyEventThatWasStored(RandomGenerator random) throws InterruptedException {
        List<byte[]> events = events(random, 60, 2000);
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events);
            journal.drain();
            long at = BEGIN.offset();
            for (byte[] event : events) {
                try (var tail = new JournalTail(journal)) {
                    tail.seek("h1", new BinlogPosition(BEGIN.file(), at));
                    assertThat(Events.bytes(Objects.requireNonNull(tail.next(Duration.ZERO))))
                            .isEqualTo(event);
                    assertThat(tail.position().offset()).isEqualTo(at + event.length);
                }
                at += event.length;
            }
            try (var tail = new JournalTail(journal)) {
                tail.seek("h1", new BinlogPosition(BEGIN.file(), at));
                assertThat(tail.next(Duration.ZERO)).isNull();
            }
        }
    }

    /// Goal: whatever a crash leaves of the last segment, the whole events before the tear are
    /// kept, and archiving goes on there. Method: cut the segment at every byte.
    @Test
    void everyTruncationPointKeepsTheWholeEventsBeforeIt(RandomGenerator random)
            throws IOException, InterruptedException {
        List<byte[]> events = events(random, 8, 40);
        Path segment = writeInManyRecords(events);
        byte[] whole = Files.readAllBytes(segment);
        for (int length = 0; length <= whole.length; length++) {
            empty(folder);
            Files.write(segment, java.util.Arrays.copyOf(whole, length));
            List<byte[]> kept;
            try (Journal journal = open(SMALL)) {
                kept = readAll(journal);
                assertEqual(kept, events.subList(0, kept.size()));
                if (length == whole.length) {
                    assertThat(kept).hasSameSizeAs(events);
                }
                if (journal.end() == null) {
                    assertThat(kept).isEmpty();
                    journal.begin(LINE, BEGIN, null);
                }
                assertThat(offset(journal))
                        .isEqualTo(4 + kept.stream().mapToLong(event -> event.length).sum());
                appendAll(journal, events.subList(kept.size(), events.size()));
                journal.drain();
                assertEqual(readAll(journal), events);
            }
            try (Journal journal = open(SMALL)) {
                assertEqual(readAll(journal), events);
            }
        }
    }

    /// Goal: no flipped bit is ever taken for an event. Method: flip every one.
    @Test
    void everyFlippedBitIsNoticed(RandomGenerator random) throws IOException, InterruptedException {
        List<byte[]> events = events(random, 4, 32);
        Path segment = writeInManyRecords(events);
        byte[] whole = Files.readAllBytes(segment);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(segment, flipped);
            try (Journal journal = open(SMALL)) {
                List<byte[]> kept = readAll(journal);
                assertThat(kept.size()).as("bit %d", bit).isLessThan(events.size());
                assertEqual(kept, events.subList(0, kept.size()));
            } catch (CorruptDataException _) {
                // Refused: the header itself was hit.
            }
            if (!Files.exists(segment)) {
                Files.write(segment, whole); // a header that claims to be longer was taken for torn
            }
        }
    }

    private Path writeInManyRecords(List<byte[]> events) {
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            for (byte[] event : events) {
                journal.append(Events.frame(event), 0);
                if (event[event.length - 1] > 0) {
                    journal.drain(); // so that some records hold one event, some several
                }
            }
        }
        return folder.resolve(SegmentHeader.fileName(1));
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void anEventThatBrokeOffHalfWayIsTakenAnewAndNeverSeen(RandomGenerator random)
            throws InterruptedException {
        List<byte[]> events = events(random, 3, 5000);
        byte[] large = Events.event(100_000, random);
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events);
            assertThatThrownBy(() -> journal.append(Events.frame(large, 70_000), 0))
                    .isInstanceOf(Events.CutConnection.class);
            appendAll(journal, List.of(large));
            journal.drain();
            var expected = new ArrayList<>(events);
            expected.add(large);
            assertEqual(readAll(journal), expected);
        }
    }

    @Test
    void theEndNamesTheLastEventAlsoWhenReadAnew(RandomGenerator random) {
        EventMark last;
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events(random, 50, 3000));
            last = Objects.requireNonNull(Objects.requireNonNull(journal.end()).last());
        }
        for (int i = 0; i < 3; i++) {
            try (Journal journal = open(SMALL)) {
                JournalEnd end = Objects.requireNonNull(journal.end());
                assertThat(end.last()).isEqualTo(last);
                assertThat(end.line()).isEqualTo(LINE);
            }
        }
    }

    @Test
    void whatIsStoredDoesNotWaitThoughTheNewestSegmentStays(RandomGenerator random) {
        List<byte[]> events = events(random, 100, 900);
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events);
            journal.drain();
            long total = offset(journal) - BEGIN.offset();
            assertThat(journal.bytesWaiting()).isEqualTo(total);
            long newest = journal.segments().lastKey();
            journal.release(newest, offset(journal) - 19);
            assertThat(journal.bytesWaiting()).isEqualTo(19);
            journal.release(newest, offset(journal));
            assertThat(journal.bytesWaiting()).isZero();
            assertThat(journal.bytesOnDisk()).isPositive();
        }
    }

    @Test
    void twoArchiversNeverShareAFolder() {
        try (Journal _ = open(SMALL)) {
            assertThatThrownBy(() -> open(SMALL))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e ->
                                    assertThat(e.problem().code())
                                            .isEqualTo(BackupError.JOURNAL_IN_USE));
        }
        open(SMALL).close();
    }

    /// Goal: nothing is called durable before the fsync that follows its write. Method: a file that
    /// counts, asked at every fsync what the journal claims.
    @Test
    void nothingIsDurableBeforeItsFsync(RandomGenerator random) {
        var written = new AtomicInteger();
        var forced = new AtomicInteger();
        SegmentFile.Maker maker =
                path -> {
                    SegmentFile disk = SegmentFile.onDisk(path);
                    return new SegmentFile() {
                        @Override
                        public void append(ByteBuffer... pieces) throws IOException {
                            int payload = pieces.length == 2 ? pieces[1].remaining() : 0;
                            disk.append(pieces);
                            written.addAndGet(payload);
                        }

                        @Override
                        public void force() throws IOException {
                            int before = written.get();
                            disk.force();
                            forced.set(before);
                        }

                        @Override
                        public void close() throws IOException {
                            disk.close();
                        }
                    };
                };
        var limits = new JournalLimits(1L << 30, 4096, 1L << 30);
        try (Journal journal = Journal.open(folder, limits, lag(), maker)) {
            journal.begin(LINE, BEGIN, null);
            for (byte[] event : events(random, 2000, 700)) {
                journal.append(Events.frame(event), 0);
                long durable = Objects.requireNonNull(journal.durable()).offset() - 4;
                assertThat(durable).isLessThanOrEqualTo(forced.get());
            }
            journal.drain();
            assertThat(Objects.requireNonNull(journal.durable()))
                    .isEqualTo(Objects.requireNonNull(journal.end()).position());
        }
    }

    /// Goal: a full disk fails clearly and loses nothing that was durable. Method: fail the n-th
    /// write or fsync for every n, then open again with space and go on.
    @Test
    void afterAFullDiskTheJournalGoesOnWhereItWasDurable(RandomGenerator random)
            throws IOException, InterruptedException {
        List<byte[]> events = events(random, 20, 2000);
        for (int n = 1; n < 45; n++) {
            empty(folder);
            int failing = n;
            var operations = new AtomicInteger();
            SegmentFile.Maker maker =
                    path -> new FillingDisk(SegmentFile.onDisk(path), operations, failing);
            long durable = 4;
            try (Journal journal = Journal.open(folder, SMALL, lag(), maker)) {
                journal.begin(LINE, BEGIN, null);
                for (byte[] event : events) {
                    journal.append(Events.frame(event), 0);
                    journal.drain();
                    durable = offset(journal);
                }
            } catch (UnavailableException e) {
                assertThat(e.problem().code()).isEqualTo(BackupError.JOURNAL_UNWRITABLE);
            }
            try (Journal journal = open(SMALL)) {
                if (journal.end() == null) {
                    journal.begin(LINE, BEGIN, null);
                }
                assertThat(offset(journal)).isGreaterThanOrEqualTo(durable);
                int kept = readAll(journal).size();
                appendAll(journal, events.subList(kept, events.size()));
                journal.drain();
                assertEqual(readAll(journal), events);
            }
        }
    }

    private record FillingDisk(SegmentFile disk, AtomicInteger operations, int failing)
            implements SegmentFile {
        private void count() throws IOException {
            if (operations.incrementAndGet() >= failing) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void append(ByteBuffer... pieces) throws IOException {
            if (operations.get() + 1 == failing) {
                disk.append(pieces[0]); // a full disk takes a part
            }
            count();
            disk.append(pieces);
        }

        @Override
        public void force() throws IOException {
            count();
            disk.force();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }

    @Test
    void segmentsAreReleasedOldestFirstAndTheLiveOneStays(RandomGenerator random)
            throws InterruptedException {
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            List<byte[]> events = events(random, 100, 1500);
            appendAll(journal, events);
            journal.drain();
            long newest = journal.segments().lastKey();
            journal.release(newest, 0);
            assertThat(journal.segments().firstKey()).isEqualTo(newest);
            journal.release(newest + 1, 0);
            assertThat(journal.segments().firstKey()).isEqualTo(newest);
            List<byte[]> left = readAll(journal);
            assertEqual(left, events.subList(events.size() - left.size(), events.size()));
        }
        try (Journal journal = open(SMALL)) {
            assertThat(journal.end()).isNotNull();
        }
    }

    @Test
    void twoHistoriesAndFilesFollowEachOther(RandomGenerator random) throws InterruptedException {
        var other = new JournalLine("h2", new UUID(1, 2), "h1", "binary logs were reset");
        List<byte[]> events = events(random, 9, 800);
        try (Journal journal = open(SMALL)) {
            journal.begin(LINE, BEGIN, null);
            appendAll(journal, events.subList(0, 3));
            journal.begin(LINE, new BinlogPosition("binlog.000008", 4), null);
            appendAll(journal, events.subList(3, 6));
            journal.begin(other, new BinlogPosition("binlog.000001", 4), null);
            appendAll(journal, events.subList(6, 9));
        }
        try (Journal journal = open(SMALL);
                var tail = new JournalTail(journal)) {
            var seen = new ArrayList<String>();
            for (EventFrame frame = tail.next(Duration.ZERO);
                    frame != null;
                    frame = tail.next(Duration.ZERO)) {
                seen.add(tail.line().historyId() + " " + tail.position().file());
            }
            assertThat(seen)
                    .containsExactly(
                            "h1 binlog.000007",
                            "h1 binlog.000007",
                            "h1 binlog.000007",
                            "h1 binlog.000008",
                            "h1 binlog.000008",
                            "h1 binlog.000008",
                            "h2 binlog.000001",
                            "h2 binlog.000001",
                            "h2 binlog.000001");
        }
    }
}
