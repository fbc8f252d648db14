package io.holdfast.repository;

import io.holdfast.core.HoldfastException;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.format.BlockEncoder;
import io.holdfast.repository.format.BlockRole;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.ContainerWriter;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.Json;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The packs that a backup is writing. A thread borrows one for each block and gives it back, so
/// there are never more open packs than threads that write at the same time, and no thread waits
/// for another. New streams take the pack that was idle the longest, so that all fill alike and
/// none stays open for ever. Thread-safe.
final class PackPool {
    static final long PACK_BYTES = 64L << 20;
    static final int PACK_BLOCKS_MAX = 65_536;

    /// A pack that is being written; whoever has borrowed it owns it.
    static final class OpenPack {
        final PackId id;
        final ContainerWriter writer;

        OpenPack(PackId id, ContainerWriter writer) {
            this.id = id;
            this.writer = writer;
        }
    }

    /// Where a block went.
    record Placed(OpenPack pack, int ordinal) {}

    private final Envelopes envelopes;
    private final BackupId backup;
    private final long packBytes;
    private final ConcurrentLinkedDeque<OpenPack> idle = new ConcurrentLinkedDeque<>();
    private final Set<OpenPack> open = ConcurrentHashMap.newKeySet();
    private final Map<PackId, PackUse> finished = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable HoldfastException> failure = new AtomicReference<>();

    PackPool(Envelopes envelopes, BackupId backup, long packBytes) {
        this.envelopes = envelopes;
        this.backup = backup;
        this.packBytes = packBytes;
    }

    /// Encodes a block into an idle pack, preferably the given one, so that a stream's blocks
    /// follow one another.
    ///
    /// @throws HoldfastException if the store fails; no block can be written any more then
    Placed append(
            BlockEncoder encoder,
            byte[] raw,
            int offset,
            int byteCount,
            @Nullable OpenPack preferred) {
        needSound();
        try {
            OpenPack pack = borrow(preferred);
            int ordinal = pack.writer.append(encoder, raw, offset, byteCount, BlockRole.CONTENT);
            if (pack.writer.storedBytes() >= packBytes
                    || pack.writer.blockCount() >= PACK_BLOCKS_MAX - 1) {
                finish(pack, encoder);
            } else {
                idle.addLast(pack);
            }
            return new Placed(pack, ordinal);
        } catch (HoldfastException failed) {
            failure.compareAndSet(null, failed);
            throw failed;
        }
    }

    private OpenPack borrow(@Nullable OpenPack preferred) {
        if (preferred != null && idle.remove(preferred)) {
            return preferred;
        }
        OpenPack pack = idle.pollFirst();
        if (pack == null) {
            PackId id = PackId.random(envelopes.random());
            pack = new OpenPack(id, envelopes.create(id.key(), ObjectKind.PACK));
            open.add(pack);
        }
        return pack;
    }

    private void finish(OpenPack pack, BlockEncoder encoder) {
        int blocks = pack.writer.blockCount();
        long liveBytes = pack.writer.storedBytes();
        byte[] description = Json.mapper().writeValueAsBytes(Map.of("backup", backup));
        int _ = pack.writer.append(encoder, description, 0, description.length, BlockRole.DOCUMENT);
        pack.writer.commitNew();
        pack.writer.close();
        open.remove(pack);
        finished.put(pack.id, new PackUse(pack.id, blocks, liveBytes));
    }

    /// The packs that are not durable yet.
    Set<PackId> unfinished() {
        return open.stream().map(pack -> pack.id).collect(Collectors.toSet());
    }

    /// Makes every pack durable.
    ///
    /// @return what the backup uses, in order of ids
    List<PackUse> finishAll() {
        needSound();
        if (open.size() != idle.size()) {
            throw new IllegalStateException("a stream is still being written");
        }
        try (var encoder = new BlockEncoder(Compression.DEFAULT)) {
            for (OpenPack pack = idle.pollFirst(); pack != null; pack = idle.pollFirst()) {
                finish(pack, encoder);
            }
        }
        var uses = new ArrayList<>(finished.values());
        uses.sort(Comparator.comparing(use -> use.pack().toString()));
        return uses;
    }

    /// What ended one thread's writing ends that of all others, and any may be the one whose
    /// failure is reported.
    private void needSound() {
        switch (failure.get()) {
            case null -> {}
            case InterruptedWorkException stopped ->
                    throw new InterruptedWorkException(stopped.problem(), stopped);
            case HoldfastException failed ->
                    throw new UnavailableException(failed.problem(), failed);
        }
    }

    /// Drops what is not finished. No thread may be writing any more.
    void abandon() {
        idle.clear();
        for (OpenPack pack : open) {
            pack.writer.close();
        }
        open.clear();
    }
}
