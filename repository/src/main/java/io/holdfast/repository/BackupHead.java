package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A manifest's head: what lists and the choice of a backup need. Fields as in [Manifest] and
/// [BackupState].
public record BackupHead(
        BackupId backup,
        BackupKind kind,
        ServerIdentity server,
        @Nullable String history,
        GtidSet gtidSet,
        @Nullable BinlogPosition position,
        Instant began,
        Instant consistentAt,
        Instant ended,
        long rawBytes,
        long storedBytes) {}
