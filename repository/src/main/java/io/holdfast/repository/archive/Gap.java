package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;

/// A place where the archive of a history is not proven to be whole.
///
/// @param after how far the log before it reaches
/// @param before where the log goes on
/// @param missing GTIDs that the log behind it takes for granted and the archive does not have;
///   empty if they cannot be known
/// @param reason for people
public record Gap(BinlogPosition after, BinlogPosition before, GtidSet missing, String reason) {}
