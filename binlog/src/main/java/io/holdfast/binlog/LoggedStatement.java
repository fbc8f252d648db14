package io.holdfast.binlog;

/// A statement as it stands in the log, other than `BEGIN`, `COMMIT` and their like.
///
/// @param text at most [#CHARACTERS_MAX] characters of it
/// @param defaultSchema empty if the session had none
public record LoggedStatement(StatementNames names, String text, String defaultSchema) {
    public static final int CHARACTERS_MAX = 16 << 10;
}
