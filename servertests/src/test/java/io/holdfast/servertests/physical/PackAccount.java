package io.holdfast.servertests.physical;

import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Which blocks of which packs a backup needs, counted by reading all of its maps: what its
/// manifest must say.
final class PackAccount {
    private final BackupReader reader;
    private final Map<PackId, Set<Integer>> blocks = new HashMap<>();
    private long storedPages;

    private PackAccount(BackupReader reader) {
        this.reader = reader;
        PhysicalSection section = Objects.requireNonNull(reader.manifest().state().physical());
        use(section.files());
        use(section.redo());
        JsonLines.read(reader.open(section.files()), "files", PhysicalFile.class, this::use);
    }

    /// Blocks that are needed, by pack.
    static Map<PackId, Integer> counted(BackupReader reader) {
        return new PackAccount(reader)
                .blocks.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().size()));
    }

    /// What the manifest says.
    static Map<PackId, Integer> said(BackupReader reader) {
        return reader.manifest().packs().stream()
                .collect(Collectors.toMap(PackUse::pack, PackUse::blocks));
    }

    /// Pages that lie in blocks, of all segments of a backup.
    static long storedPages(BackupReader reader) {
        return new PackAccount(reader).storedPages;
    }

    /// Pages that lie in blocks, of some segments.
    static long storedPages(BackupReader reader, List<StreamRef> maps) {
        return maps.stream().mapToLong(map -> storedPages(segment(reader, map))).sum();
    }

    private static long storedPages(PageSegment segment) {
        return segment.runs().stream()
                .filter(PageRun.Stored.class::isInstance)
                .mapToLong(PageRun::pageCount)
                .sum();
    }

    private static PageSegment segment(BackupReader reader, StreamRef map) {
        try (var in = reader.open(map)) {
            return PageSegment.decode(in.readAllBytes(), "map");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void use(PhysicalFile file) {
        switch (file) {
            case PhysicalFile.Folder _ -> {}
            case PhysicalFile.Other other -> use(other.content());
            case PhysicalFile.Tablespace tablespace ->
                    tablespace.segments().forEach(this::useSegment);
        }
    }

    private void useSegment(StreamRef map) {
        use(map);
        PageSegment segment = segment(reader, map);
        storedPages += storedPages(segment);
        for (PageRun run : segment.runs()) {
            if (run instanceof PageRun.Stored stored) {
                use(stored.pack(), stored.block());
            }
        }
    }

    private void use(StreamRef stream) {
        for (BlockRun run : stream.runs()) {
            for (int i = 0; i < run.count(); i++) {
                use(run.pack(), run.first() + i);
            }
        }
    }

    private void use(PackId pack, int block) {
        boolean _ = blocks.computeIfAbsent(pack, _ -> new HashSet<>()).add(block);
    }
}
