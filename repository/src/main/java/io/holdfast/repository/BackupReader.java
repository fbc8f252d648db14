package io.holdfast.repository;

import io.holdfast.repository.format.BlockInput;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.ContainerReader;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.StreamRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the streams of backups. Keeps the block tables of packs it used lately. Thread-safe; the
/// inputs it opens are not.
public final class BackupReader {
    /// Bounds the memory of kept tables to some 20 MB, at 48 bytes and an object's overhead for
    /// each block.
    private static final long KEPT_BLOCKS_MAX = 300_000;

    private final Envelopes envelopes;
    private final Manifest manifest;
    private final PackTable table;
    private final Map<PackId, ContainerReader> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBlocks;

    BackupReader(Envelopes envelopes, Manifest manifest) {
        this.envelopes = envelopes;
        this.manifest = manifest;
        this.table = PackTable.load(envelopes);
    }

    public Manifest manifest() {
        return manifest;
    }

    /// Opens a stream of the backup.
    public StreamInput open(StreamRef stream) {
        var places = new ArrayList<BlockRun>();
        stream.runs().forEach(run -> places.addAll(table.resolve(run)));
        return new StreamInput(this, manifest.backup(), stream, List.copyOf(places));
    }

    /// Reads a run of blocks one after another, wherever they lie by now, each proven before it is
    /// given.
    ///
    /// @param sink takes each block's raw bytes; the array is ours again afterwards
    public void blocks(BlockRun run, BlockSink sink) {
        int ordinal = run.first();
        for (BlockRun place : table.resolve(run)) {
            try (BlockInput blocks = pack(place.pack()).blocks(place.first(), place.count())) {
                while (blocks.next()) {
                    sink.accept(ordinal++, blocks.raw(), blocks.rawBytes());
                }
            }
        }
    }

    /// Bytes that the blocks of a run take in the store, their headers included.
    public long storedBytes(BlockRun run) {
        return table.resolve(run).stream()
                .mapToLong(place -> pack(place.pack()).storedBytes(place.first(), place.count()))
                .sum();
    }

    /// Whether packs were rewritten, so that the pack's blocks lie in others by now.
    public boolean isMoved(PackId pack) {
        return table.moved().containsKey(pack.toString());
    }

    /// Takes the blocks of a run.
    @FunctionalInterface
    public interface BlockSink {
        /// Takes one.
        ///
        /// @param ordinal as the run names it
        void accept(int ordinal, byte[] raw, int rawBytes);
    }

    /// The pack's reader, opened now or kept from before.
    ContainerReader pack(PackId id) {
        synchronized (kept) {
            ContainerReader reader = kept.get(id);
            if (reader != null) {
                return reader;
            }
        }
        ContainerReader opened = envelopes.open(id.key(), ObjectKind.PACK);
        synchronized (kept) {
            if (kept.putIfAbsent(id, opened) == null) {
                keptBlocks += opened.blockCount();
                var eldest = kept.values().iterator();
                while (keptBlocks > KEPT_BLOCKS_MAX && kept.size() > 1) {
                    keptBlocks -= eldest.next().blockCount();
                    eldest.remove();
                }
            }
        }
        return opened;
    }
}
