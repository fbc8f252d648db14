package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.binlog.EventFrame;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The local folder that a server's events reach first. An event that [#durable] covers survives
/// the death of this process and of the machine's power, whatever the repository does.
///
/// Model: a row of segments, each the copy of a run of one binary-log file; only the last grows. A
/// new one begins with a new file, a new history, when the last has become large, and after every
/// crash: a segment with a torn tail is never written again, its successor begins at the last whole
/// event instead, and readers go over where it does.
///
/// Invariants:
/// - one process at a time holds the folder;
/// - segment numbers have no holes; segments are deleted oldest first;
/// - a segment's header is durable before its first record.
///
/// [#begin], [#append] and [#close] belong to one thread; the rest is thread-safe. The bytes are
/// described in `docs/formats/journal.md`.
final class Journal implements AutoCloseable {
    private static final String SEGMENT_SUFFIX = ".segment";

    private final Path folder;
    private final JournalLimits limits;
    private final CommitLag lag;
    private final SegmentFile.Maker maker;
    private final FileChannel lockChannel;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

    private volatile Released released = new Released(0, 0);
    private @Nullable GroupWriter writer;
    private @Nullable JournalEnd end;
    private boolean isMidEvent;
    private volatile long lastEventSeconds;
    private long nextNumber = 1;

    /// Takes the folder, which is made if it does not exist, and finds where the journal ends.
    ///
    /// @throws RefusedException if another process holds the folder
    /// @throws io.holdfast.core.CorruptDataException if a durable segment is damaged
    static Journal open(Path folder, JournalLimits limits, CommitLag lag) {
        return open(folder, limits, lag, SegmentFile::onDisk);
    }

    static Journal open(Path folder, JournalLimits limits, CommitLag lag, SegmentFile.Maker maker) {
        FileChannel lockChannel;
        try {
            Files.createDirectories(folder);
            lockChannel = lock(folder);
        } catch (IOException e) {
            throw JournalFailures.unwritable(folder, e);
        }
        try {
            var journal = new Journal(folder, limits, lag, maker, lockChannel);
            journal.recover();
            return journal;
        } catch (IOException e) {
            closeQuietly(lockChannel);
            throw JournalFailures.unwritable(folder, e);
        } catch (RuntimeException e) {
            closeQuietly(lockChannel);
            throw e;
        }
    }

    private Journal(
            Path folder,
            JournalLimits limits,
            CommitLag lag,
            SegmentFile.Maker maker,
            FileChannel lockChannel) {
        this.folder = folder;
        this.limits = limits;
        this.lag = lag;
        this.maker = maker;
        this.lockChannel = lockChannel;
    }

    private static FileChannel lock(Path folder) throws IOException {
        Path path = folder.resolve("lock");
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // Held by this very process: the same refusal.
        }
        channel.close();
        throw new RefusedException(
                Problem.of(BackupError.JOURNAL_IN_USE)
                        .what("another archiver holds the journal")
                        .where("%s", path)
                        .remedy(
                                "Stop the other 'holdfast archive', or give this one a folder of"
                                        + " its own with --journal."));
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // The failure that brought us here is the one to report.
        }
    }

    private void recover() throws IOException {
        List<Path> paths;
        try (Stream<Path> listed = Files.list(folder)) {
            paths =
                    listed.filter(path -> path.getFileName().toString().endsWith(SEGMENT_SUFFIX))
                            .sorted()
                            .toList();
        }
        var headers = new ArrayList<SegmentHeader>();
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            if (i == paths.size() - 1 && isUnborn(path)) {
                Files.delete(path); // a crash before its header was durable: it held nothing
                paths = paths.subList(0, i);
                break;
            }
            try (SegmentReader reader = SegmentReader.open(path)) {
                headers.add(reader.header());
            }
            long previous = i == 0 ? headers.getFirst().number() - 1 : headers.get(i - 1).number();
            if (headers.get(i).number() != previous + 1) {
                throw JournalFailures.damaged(
                        path,
                        "segment " + headers.get(i).number() + " follows segment " + previous);
            }
        }
        EventMark last = null;
        for (int i = 0; i < headers.size(); i++) {
            SegmentHeader next = i + 1 < headers.size() ? headers.get(i + 1) : null;
            var segment = segment(headers.get(i), next, paths.get(i));
            segments.put(segment.number(), segment);
            nextNumber = segment.number() + 1;
        }
        if (!segments.isEmpty()) {
            Segment newest = segments.lastEntry().getValue();
            last = lastEvent(newest);
            end =
                    new JournalEnd(
                            newest.header().line(),
                            new BinlogPosition(newest.file(), newest.endOffset()),
                            last);
        }
    }

    /// Whether the file is shorter than the header it begins with.
    private static boolean isUnborn(Path path) throws IOException {
        byte[] start;
        try (var in = Files.newInputStream(path)) {
            start = in.readNBytes(12);
        }
        return start.length < 12
                || Files.size(path) < SegmentHeader.bytesOf(start, path.getFileName().toString());
    }

    private static Segment segment(SegmentHeader header, @Nullable SegmentHeader next, Path path) {
        boolean goesOn =
                next != null
                        && next.line().historyId().equals(header.line().historyId())
                        && next.begin().file().equals(header.begin().file());
        long endOffset =
                next != null && goesOn ? next.begin().offset() : SegmentScan.of(path).endOffset();
        return new Segment(header, path, endOffset);
    }

    private @Nullable EventMark lastEvent(Segment newest) {
        EventMark last = SegmentScan.of(newest.path()).last();
        Segment before = segments.get(newest.number() - 1);
        if (last != null || before == null || !before.isSameFile(newest)) {
            return last;
        }
        EventMark earlier = SegmentScan.of(before.path()).last();
        return earlier != null && earlier.end().equals(newest.header().begin()) ? earlier : null;
    }

    /// Where the next event goes; null while the journal is empty.
    @Nullable JournalEnd end() {
        return end;
    }

    /// Begins a segment: a new file, a new history, or the same file further on.
    ///
    /// @throws io.holdfast.core.UnavailableException if the file system refuses it
    void begin(JournalLine line, BinlogPosition at, @Nullable EventMark last) {
        closeLive();
        var header = new SegmentHeader(nextNumber, line, at);
        Path path = folder.resolve(SegmentHeader.fileName(nextNumber));
        try {
            SegmentFile file = maker.create(path);
            try {
                file.append(ByteBuffer.wrap(header.encode()));
                file.force();
                SegmentFile.forceFolder(folder);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
            writer = new GroupWriter(file, path, at.offset(), limits.bufferBytes(), lag);
        } catch (IOException e) {
            throw JournalFailures.unwritable(path, e);
        }
        segments.put(nextNumber, new Segment(header, path, writer));
        nextNumber++;
        end = new JournalEnd(line, at, last);
        isMidEvent = false;
    }

    private void closeLive() {
        if (!segments.isEmpty()) {
            segments.lastEntry().getValue().close();
        }
        writer = null;
    }

    /// Takes the event that lies at [#end]. Returns before it is durable.
    ///
    /// @param commitMicros when the transaction that the event begins was committed, microseconds
    ///   since 1970; 0 if it begins none
    /// @throws io.holdfast.core.UnavailableException if the file system refuses a write; the
    ///   journal must then be closed and opened again
    void append(EventFrame frame, long commitMicros) {
        JournalEnd at = end;
        if (at == null) {
            throw new IllegalStateException("no segment was begun");
        }
        GroupWriter live = writer;
        if (live == null || isMidEvent || isFull(at)) {
            begin(at.line(), at.position(), at.last());
            live = writer;
        }
        if (live == null) {
            throw new AssertionError("begin() leaves a writer");
        }
        GroupWriter into = live;
        var crc = new CRC32C();
        isMidEvent = true; // stays so if the event breaks off half-way
        frame.transferTo((bytes, offset, byteCount) -> {
            crc.update(bytes, offset, byteCount);
            into.put(bytes, offset, byteCount);
        });
        into.endEvent(commitMicros);
        isMidEvent = false;
        lastEventSeconds = frame.header().timestampSeconds();
        var mark = new EventMark(at.position(), frame.header().eventBytes(), crc.getValue());
        end = new JournalEnd(at.line(), mark.end(), mark);
    }

    private boolean isFull(JournalEnd at) {
        long begin = segments.lastEntry().getValue().header().begin().offset();
        return at.position().offset() - begin >= limits.segmentBytes();
    }

    /// When the server wrote the last event that was appended, seconds since 1970; 0 if none was
    /// since the journal was opened.
    long lastEventSeconds() {
        return lastEventSeconds;
    }

    /// Returns when every appended event is durable.
    void drain() {
        GroupWriter live = writer;
        if (live != null) {
            live.drain();
        }
    }

    /// Up to where whole events are durable; null if the journal is empty.
    @Nullable BinlogPosition durable() {
        var newest = segments.lastEntry();
        return newest == null
                ? null
                : new BinlogPosition(newest.getValue().file(), newest.getValue().endOffset());
    }

    /// The segments from the oldest to the newest.
    NavigableMap<Long, Segment> segments() {
        return java.util.Collections.unmodifiableNavigableMap(segments);
    }

    /// How many bytes the segments take on disk.
    long bytesOnDisk() {
        long sum = 0;
        for (Segment segment : segments.values()) {
            try {
                sum += Files.size(segment.path());
            } catch (IOException _) {
                // Deleted since it was listed.
            }
        }
        return sum;
    }

    JournalLimits limits() {
        return limits;
    }

    /// How many bytes wait for being stored elsewhere: those behind what was [#released].
    long bytesWaiting() {
        Released upTo = released;
        long sum = 0;
        for (Segment segment : segments.tailMap(upTo.segmentNumber).values()) {
            long begin = segment.header().begin().offset();
            if (segment.number() == upTo.segmentNumber) {
                begin = Math.max(begin, upTo.offset);
            }
            sum += Math.max(0, segment.endOffset() - begin);
        }
        return sum;
    }

    /// Up to where bytes are safe elsewhere: all segments before this one, and this one up to an
    /// offset of its file.
    private record Released(long segmentNumber, long offset) {}

    /// Takes note that everything up to a place is safe elsewhere, and deletes the closed segments
    /// before it. The segment that holds the place stays, however little is in it: its last event
    /// is the proof that a server still has the same log.
    void release(long segmentNumber, long offset) {
        released = new Released(segmentNumber, offset);
        releaseBefore(segmentNumber);
    }

    private void releaseBefore(long segmentNumber) {
        for (Segment segment : segments.headMap(segmentNumber).values()) {
            if (!segment.isClosed()) {
                return;
            }
            try {
                Files.deleteIfExists(segment.path());
            } catch (IOException e) {
                throw JournalFailures.unwritable(segment.path(), e);
            }
            segments.remove(segment.number());
        }
    }

    /// Makes everything durable and gives the folder back.
    @Override
    public void close() {
        try {
            closeLive();
        } finally {
            closeQuietly(lockChannel);
        }
    }
}
