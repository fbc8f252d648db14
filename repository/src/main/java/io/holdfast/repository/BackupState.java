package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which state of which server a backup restores: what its maker knows when it commits.
///
/// @param history the archive's history that moment belongs to; null if none has begun
/// @param gtidSet exactly these transactions are in the backup; empty without GTIDs
/// @param position where the next transaction begins; null if the server writes no binary log
/// @param consistentAt the moment's time by the clock of whoever made the backup
/// @param settings the server's variables that are not default, or persisted
/// @param channels empty unless the server is a replica
/// @param logical null in a physical backup
/// @param physical null in a logical backup
public record BackupState(
        BackupKind kind,
        ServerIdentity server,
        @Nullable String history,
        GtidSet gtidSet,
        @Nullable BinlogPosition position,
        Instant consistentAt,
        Map<String, String> settings,
        List<ReplicationChannel> channels,
        @Nullable LogicalSection logical,
        @Nullable PhysicalSection physical) {
    // Absent members come as null from JSON, whatever their declared type.
    @SuppressWarnings({"NullAway", "RedundantNullCheck"})
    public BackupState {
        gtidSet = gtidSet == null ? GtidSet.EMPTY : gtidSet;
        settings =
                settings == null
                        ? Map.of()
                        : java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
        channels = channels == null ? List.of() : List.copyOf(channels);
    }
}
