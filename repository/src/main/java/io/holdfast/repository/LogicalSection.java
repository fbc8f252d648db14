package io.holdfast.repository;

import io.holdfast.repository.format.StreamRef;

/// What a manifest says of a logical backup: the two streams of JSON lines that say the rest, and
/// how many lines they have.
///
/// @param schemaObjects everything that is created by a statement, in an order in which it can be
/// @param tables one line for each table, with its chunks
public record LogicalSection(
        StreamRef schemaObjects,
        StreamRef tables,
        long objectCount,
        long tableCount,
        long rowCount) {}
