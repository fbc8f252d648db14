package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.innodb.SpaceId;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.UnfinishedBackup;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageMarks;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.repository.physical.StoredSegment;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A backup that an incremental one takes unchanged pages from: its files, found by the numbers of
/// their tablespaces, because tables are renamed and swap their names. It may be an unfinished one,
/// which has some segments of some files; what it does not have it does not know.
///
/// What contradicts it *refutes* it: from then on nothing more is taken from it, and the backup
/// under way must begin anew without.
///
/// Thread-safe. Memory: some 400 bytes for each file and 200 for each segment.
final class Base {
    /// Larger than the map of any segment.
    private static final long MAP_BYTES_MAX = 2 << 20;

    private final BackupReader reader;
    private final PhysicalSection section;
    private final PackLedger ledger;
    private final boolean isUnfinished;
    private final Map<Name, PhysicalFile.Tablespace> files = new HashMap<>();
    private final List<StreamRef> own = new ArrayList<>();
    private final Set<Name> claimed = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> refutation = new AtomicReference<>();

    /// What a file is found by.
    ///
    /// @param file tells the files of the system tablespace apart; empty for others
    private record Name(long space, String file) {
        static Name of(long space, String path) {
            return new Name(
                    space,
                    space == SpaceId.SYSTEM ? path.substring(path.lastIndexOf('/') + 1) : "");
        }
    }

    private Base(BackupReader reader, boolean isUnfinished) {
        this.reader = reader;
        this.section = Objects.requireNonNull(reader.manifest().state().physical());
        this.isUnfinished = isUnfinished;
        this.ledger = new PackLedger(reader.manifest().packs(), reader::storedBytes);
        own.add(section.files());
        own.add(section.redo());
    }

    /// Reads the list of a physical backup's files.
    ///
    /// @throws CorruptDataException if it is not as it was written
    static Base read(BackupReader reader) {
        var base = new Base(reader, false);
        Set<Name> ambiguous = new HashSet<>();
        try (StreamInput lines = reader.open(base.section.files())) {
            JsonLines.read(
                    lines,
                    "backup " + base.backup() + ", list of files",
                    PhysicalFile.class,
                    file -> base.add(file, ambiguous));
        }
        ambiguous.forEach(base.files::remove);
        return base;
    }

    /// What an unfinished backup has.
    static Base of(UnfinishedBackup backup) {
        var base = new Base(backup.reader(), true);
        Map<Name, List<StoredSegment>> files = new HashMap<>();
        for (StoredSegment segment : backup.segments()) {
            files.computeIfAbsent(Name.of(segment.space(), segment.path()), _ -> new ArrayList<>())
                    .add(segment);
        }
        files.forEach((name, segments) -> base.files.put(name, line(segments)));
        return base;
    }

    /// The line that a file would have; segments that are not known have a map of no bytes.
    private static PhysicalFile.Tablespace line(List<StoredSegment> segments) {
        StoredSegment any = segments.getFirst();
        List<StreamRef> maps = new ArrayList<>();
        for (StoredSegment segment : segments) {
            while (maps.size() <= segment.number()) {
                maps.add(StreamRef.EMPTY);
            }
            maps.set(segment.number(), segment.map());
        }
        long bytes = (long) maps.size() * PageSegment.PAGES_MAX * any.pageBytes();
        return new PhysicalFile.Tablespace(
                any.path(), null, any.space(), 0, any.pageBytes(), bytes, maps);
    }

    private void add(PhysicalFile file, Set<Name> ambiguous) {
        switch (file) {
            case PhysicalFile.Folder _ -> {}
            case PhysicalFile.Other other -> own.add(other.content());
            case PhysicalFile.Tablespace tablespace -> {
                Name name = Name.of(tablespace.space(), tablespace.path());
                if (files.put(name, tablespace) != null) {
                    ambiguous.add(name);
                }
            }
        }
    }

    BackupId backup() {
        return reader.manifest().backup();
    }

    PhysicalSection section() {
        return section;
    }

    Instant consistentAt() {
        return reader.manifest().state().consistentAt();
    }

    /// Pages that the server changed before this LSN are as the base has them.
    long sinceLsn() {
        return section.startLsn();
    }

    /// The base's line of a file; null if the file is unknown to it, has become another one, or
    /// another file has that line already. Who gets it takes care of its segments: each is kept, or
    /// given up by [#drop] or [#dropFrom], once.
    PhysicalFile.@Nullable Tablespace claim(TablespaceFile file) {
        Name name = Name.of(file.space(), file.path());
        PhysicalFile.Tablespace line = files.get(name);
        return line == null || line.pageBytes() != file.pageBytes() || !claimed.add(name)
                ? null
                : line;
    }

    /// Reads a segment of a file; null if the base has none of that number, or does not say what
    /// its pages were.
    ///
    /// @throws HoldfastException if it cannot be read; damage refutes the base
    @Nullable BaseSegment segment(PhysicalFile.Tablespace line, long number) {
        if (number >= line.segments().size()) {
            return null;
        }
        StreamRef map = line.segments().get((int) number);
        if (map.bytes() == 0) {
            return null; // an unfinished backup had not come so far
        }
        if (map.bytes() > MAP_BYTES_MAX) {
            throw refuted("the page map of " + line.path() + " is larger than any can be");
        }
        var bytes = new ByteArrayOutputStream();
        try (StreamInput in = reader.open(map)) {
            in.transferTo(bytes::write);
            PageSegment pages = PageSegment.decode(bytes.toByteArray(), line.path());
            PageMarks marks = PageMarks.decode(bytes.toByteArray(), line.path());
            demandListed(pages, line);
            return marks == null ? null : new BaseSegment(map, pages, marks);
        } catch (CorruptDataException damage) {
            throw refuted(damaged(damage));
        }
    }

    private void demandListed(PageSegment pages, PhysicalFile.Tablespace line) {
        for (PageRun run : pages.runs()) {
            if (run instanceof PageRun.Stored stored && !ledger.knows(stored.pack())) {
                throw refuted("pages of " + line.path() + " lie in a pack that its manifest lacks");
            }
        }
    }

    /// Notes that the base is not what this server's files go on from.
    ///
    /// @return what ends the backup that relied on it
    CorruptDataException refuted(String why) {
        refutation.compareAndSet(null, Text.format("backup %s is no base: %s", backup(), why));
        return new CorruptDataException(
                Problem.of(BackupError.BASE_REFUTED)
                        .what("%s", why)
                        .where("backup %s", backup())
                        .remedy("Take a full backup: `holdfast backup --physical --full`."));
    }

    /// Why the base must not be used; null if nothing speaks against it.
    @Nullable String refutation() {
        return refutation.get();
    }

    /// Says that a segment's map and those of its pages that are nowhere in `now` are not needed.
    void drop(BaseSegment segment, PageSegment now) {
        drop(segment.map());
        segment.blocksLeft(now).forEach(this::drop);
    }

    /// Says that the backup uses a segment of this unfinished one's, as it is or in part.
    ///
    /// @param map as the backup names it
    /// @param now what the segment has become
    /// @param whole what the base of both has of it, in whose account those blocks are; null if
    ///   there is none
    void use(StreamRef map, PageSegment now, @Nullable BaseSegment whole) {
        try {
            map.runs().forEach(ledger::add);
            BaseSegment.blocks(now, whole == null ? null : whole.pages()).forEach(ledger::add);
        } catch (CorruptDataException damage) {
            throw refuted(damaged(damage));
        }
    }

    private void drop(StreamRef stream) {
        stream.runs().forEach(this::drop);
    }

    private void drop(BlockRun run) {
        try {
            ledger.drop(run);
        } catch (CorruptDataException damage) {
            throw refuted(damaged(damage));
        }
    }

    private static String damaged(CorruptDataException damage) {
        return damage.problem().what() + " (" + damage.problem().where() + ")";
    }

    /// What the base holds from this number of segments on is not needed.
    void dropFrom(PhysicalFile.Tablespace line, int segment) {
        for (int number = segment; number < line.segments().size(); number++) {
            BaseSegment gone = segment(line, number);
            if (gone != null) {
                drop(gone.map());
                gone.blocks().forEach(this::drop);
            }
        }
    }

    /// What the backup needs of earlier packs, when all that the server has were claimed.
    List<PackUse> uses() {
        if (!isUnfinished) {
            giveUpTheRest();
        }
        return ledger.uses();
    }

    private void giveUpTheRest() {
        own.forEach(stream -> drop(stream));
        files.forEach((name, line) -> {
            if (!claimed.contains(name)) {
                dropFrom(line, 0);
            }
        });
    }
}
