package io.holdfast.client;

import io.holdfast.wire.OkPacket;

/// How one result of a statement ended.
///
/// @param columnCount 0 if the result had no rows to give
/// @param rowCount how many rows came
record Outcome(OkPacket ok, int columnCount, long rowCount) {}
