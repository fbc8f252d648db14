package io.holdfast.repository;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.PutResult;
import io.holdfast.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Says where the blocks of packs lie that were moved; all others lie in the pack's own object. See
/// `docs/formats/repository.md`, section 6.
///
/// @param number of this table, 0 if there is none yet
/// @param moved by the old pack's id as text
public record PackTable(long number, Map<String, List<Moved>> moved) {
    private static final String FOLDER = "pack-table/";

    /// Blocks `[first, first + count)` of the old pack are now `[at, at + count)` of another.
    public record Moved(int first, int count, PackId to, int at) {}

    public PackTable {
        moved = java.util.Collections.unmodifiableMap(new TreeMap<>(moved));
    }

    /// The table that counts at this moment.
    public static PackTable load(Envelopes envelopes) {
        List<StoredObject> tables = envelopes.store().list(FOLDER);
        if (tables.isEmpty()) {
            return new PackTable(0, Map.of());
        }
        return envelopes.readDocument(
                tables.getLast().key(), ObjectKind.PACK_TABLE, PackTable.class);
    }

    /// Makes this table the one that counts. Its number must be one more than the one it replaces.
    ///
    /// @return false if another process was faster: load that one and start again
    public boolean publish(Envelopes envelopes) {
        return envelopes.putDocument(key(number), ObjectKind.PACK_TABLE, this) == PutResult.CREATED;
    }

    static ObjectKey key(long number) {
        return ObjectKey.of(FOLDER + Text.format("%010d", number));
    }

    /// Where the blocks of a run lie now, in their order.
    ///
    /// @throws CorruptDataException if the pack was moved and one of the blocks was not
    public List<BlockRun> resolve(BlockRun run) {
        List<Moved> moves = moved.get(run.pack().toString());
        if (moves == null) {
            return List.of(run);
        }
        var places = new ArrayList<BlockRun>();
        int next = run.first();
        int end = run.first() + run.count();
        while (next < end) {
            Moved move = moveOf(run, moves, next);
            int count = Math.min(end, move.first + move.count) - next;
            places.add(new BlockRun(move.to, move.at + (next - move.first), count));
            next += count;
        }
        return places;
    }

    private Moved moveOf(BlockRun run, List<Moved> moves, int ordinal) {
        for (Moved move : moves) {
            if (ordinal >= move.first && ordinal - move.first < move.count) {
                return move;
            }
        }
        throw new CorruptDataException(
                Problem.of(RepositoryError.OBJECT_DAMAGED)
                        .what("block %d was dropped when its pack was rewritten", ordinal)
                        .where("pack %s, pack table %d", run.pack(), number)
                        .remedy("Run 'holdfast verify' to see which backups are concerned."));
    }
}
