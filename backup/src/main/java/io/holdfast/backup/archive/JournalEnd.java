package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import org.jspecify.annotations.Nullable;

/// Where the journal ends: the next event of this history that it does not have.
///
/// @param last the last event before the end, by which a server proves that it is the same log;
///   null if the journal holds none of this file
record JournalEnd(JournalLine line, BinlogPosition position, @Nullable EventMark last) {}
