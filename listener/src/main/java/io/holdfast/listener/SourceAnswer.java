package io.holdfast.listener;

/// What a source answers to a statement of a replica's receiver thread.
sealed interface SourceAnswer {
    record Done() implements SourceAnswer {}

    /// A result of one column and one row.
    record Value(String column, String value) implements SourceAnswer {}

    /// A result of two columns and no row, as of `SHOW VARIABLES LIKE` a name that there is not.
    record NoVariable() implements SourceAnswer {}

    /// An error by MySQL's number.
    record Failure(int number, String sqlState, String message) implements SourceAnswer {}
}
