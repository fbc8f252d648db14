package io.holdfast.store;

import java.time.Instant;

/// One line of a store's listing.
///
/// @param bytes how long the object is
/// @param stored when it was put, by the store's own clock; only a hint
public record StoredObject(ObjectKey key, long bytes, Instant stored) {}
