package io.holdfast.client;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;

/// Where a server's binary log ends at one moment.
///
/// @param executed the transactions the server has executed by then; empty without GTIDs
public record LogStatus(BinlogPosition end, GtidSet executed) {}
