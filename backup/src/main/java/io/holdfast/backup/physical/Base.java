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
import io.holdfast.repository.format.PackId;
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
import java.util.Collection;
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
public final class Base {
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

    public BackupId backup() {
        return reader.manifest().backup();
    }

    PhysicalSection section() {
        return section;
    }

    Instant consistentAt() {
        return reader.manifest().state().consistentAt();
    }

    /// Pages that the server changed before this LSN are as the base has them.
    public long sinceLsn() {
        return section.startLsn();
    }

    /// The base's line of a file; null if the file is unknown to it, has become another one, or
    /// another file has that line already. Who gets it takes care of its segments: each is kept, or
    /// given up by [#drop] or [#dropFrom], once.
    ///
    /// @param path relative to the data directory
    /// @param pageBytes of a page as it lies in the file
    public PhysicalFile.@Nullable Tablespace claim(long space, String path, int pageBytes) {
        Name name = Name.of(space, path);
        PhysicalFile.Tablespace line = files.get(name);
        return line == null || line.pageBytes() != pageBytes || !claimed.add(name) ? null : line;
    }

    /// Reads a segment of a file; null if the base has none of that number, or does not say what
    /// its pages were.
    ///
    /// @throws HoldfastException if it cannot be read; damage refutes the base
    public @Nullable BaseSegment segment(PhysicalFile.Tablespace line, long number) {
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
    public void refute(String why) {
        refutation.compareAndSet(null, Text.format("backup %s is no base: %s", backup(), why));
    }

    /// Notes the same.
    ///
    /// @return what ends the backup that relied on it
    CorruptDataException refuted(String why) {
        refute(why);
        return new CorruptDataException(
                Problem.of(BackupError.BASE_REFUTED)
                        .what("%s", why)
                        .where("backup %s", backup())
                        .remedy("Run the backup again with `--full`."));
    }

    /// What a page says that is from before the base and is another one than the base has.
    ///
    /// @param file as a person finds it
    public String foreign(String file, long page, long lsn) {
        return Text.format(
                "page %d of %s was changed at LSN %d, before that backup began at LSN %d, and is"
                        + " another one than it has: the server's files went back in time since",
                page, file, lsn, sinceLsn());
    }

    /// Whether pages in this pack are the base's.
    public boolean isIn(PackId pack) {
        return ledger.knows(pack);
    }

    /// Why the base must not be used, with its id; null if nothing speaks against it.
    public @Nullable String refutation() {
        return refutation.get();
    }

    /// Says that blocks are not needed; of each segment once.
    ///
    /// @param blocks see [BaseSegment#unneeded]
    public void drop(Collection<BlockRun> blocks) {
        blocks.forEach(this::drop);
    }

    /// Says that the backup uses blocks of this unfinished one's, which may lie in packs of others;
    /// of each segment once.
    void use(Collection<BlockRun> blocks) {
        try {
            blocks.forEach(ledger::add);
        } catch (CorruptDataException damage) {
            throw refuted(damaged(damage));
        }
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
    public void dropFrom(PhysicalFile.Tablespace line, int segment) {
        for (int number = segment; number < line.segments().size(); number++) {
            BaseSegment gone = segment(line, number);
            if (gone != null) {
                drop(gone.unneeded());
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
        own.forEach(stream -> drop(stream.runs()));
        files.forEach((name, line) -> {
            if (!claimed.contains(name)) {
                dropFrom(line, 0);
            }
        });
    }
}
