package io.holdfast.repository.logical;

/// What to ask the server for to see that an object is as it was.
///
/// @param statement the SHOW statement, to be asked in the object's own database
/// @param column index (from 0) of the column that holds the text
/// @param text what the original server said
public record ShowCheck(String statement, int column, SqlText text) {}
