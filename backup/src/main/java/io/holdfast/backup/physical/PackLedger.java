package io.holdfast.backup.physical;

import io.holdfast.repository.PackUse;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.PackId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// Which blocks of earlier packs an incremental backup still needs: those of its base, less those
/// that it is told are not needed any more. So the account costs what changed, and not the reading
/// of all page maps.
///
/// What nobody tells of stays in the account: a pack may be kept too long, never too short. This
/// needs every block to belong to one stream, and every stream to one file, which is how backups
/// are written.
///
/// Thread-safe.
final class PackLedger {
    private final Map<PackId, Use> uses =
            new TreeMap<>(Comparator.comparingLong(PackId::high).thenComparingLong(PackId::low));
    private final ToLongFunction<BlockRun> storedBytes;

    private static final class Use {
        private long blocks;
        private long liveBytes;
    }

    /// @param earlier what the base uses
    /// @param storedBytes what a run of blocks takes in the store
    PackLedger(List<PackUse> earlier, ToLongFunction<BlockRun> storedBytes) {
        this.storedBytes = storedBytes;
        for (PackUse use : earlier) {
            Use sum = uses.computeIfAbsent(use.pack(), _ -> new Use());
            sum.blocks += use.blocks();
            sum.liveBytes += use.liveBytes();
        }
    }

    /// Whether the base has anything in the pack.
    synchronized boolean knows(PackId pack) {
        return uses.containsKey(pack);
    }

    /// Takes blocks from the account. Each is taken once at most.
    void drop(BlockRun run) {
        change(run, -1);
    }

    /// Puts blocks of a known pack into the account. Each is put there once at most.
    void add(BlockRun run) {
        change(run, 1);
    }

    private void change(BlockRun run, int sign) {
        if (!knows(run.pack())) {
            return;
        }
        long bytes = storedBytes.applyAsLong(run);
        synchronized (this) {
            Use use = uses.computeIfAbsent(run.pack(), _ -> new Use());
            use.blocks += (long) sign * run.count();
            use.liveBytes += sign * bytes;
        }
    }

    /// What is needed of each pack.
    synchronized List<PackUse> uses() {
        List<PackUse> left = new ArrayList<>();
        uses.forEach((pack, use) -> {
            if (use.blocks > 0) {
                left.add(new PackUse(pack, (int) use.blocks, Math.max(0, use.liveBytes)));
            }
        });
        return left;
    }
}
