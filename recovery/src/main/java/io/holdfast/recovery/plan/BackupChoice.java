package io.holdfast.recovery.plan;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A usable backup, as a plan chooses among them.
///
/// @param history the history its position belongs to; null if it was taken before any archive of
///   its server began, and then its server's UUID and position are all there is to go by
/// @param gtids exactly the transactions in it; empty for a server without GTIDs
/// @param position its place in the server's binary log; null if the server wrote none
/// @param layBytes of rows or of pages that it lays down; unlike what it stored itself
/// @param redoBytes to recover; 0 for rows
public record BackupChoice(
        String id,
        UUID server,
        @Nullable String history,
        GtidSet gtids,
        @Nullable BinlogPosition position,
        Instant consistentAt,
        String serverVersion,
        BackupKind kind,
        long layBytes,
        long redoBytes) {}
