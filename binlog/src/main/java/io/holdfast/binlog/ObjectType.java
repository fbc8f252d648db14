package io.holdfast.binlog;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What kind of thing a statement is about.
public enum ObjectType {
    TABLE,
    TEMPORARY_TABLE,
    VIEW,
    DATABASE,
    EVENT,
    TRIGGER,
    PROCEDURE,
    FUNCTION,
    INDEX,
    USER,
    ROLE,
    TABLESPACE,
    SERVER,
    LIBRARY,
    /// Rows, privileges, or something not listed here.
    NONE;

    static @Nullable ObjectType ofKeyword(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "TABLE", "TABLES" -> TABLE;
            case "VIEW" -> VIEW;
            case "DATABASE", "SCHEMA" -> DATABASE;
            case "EVENT" -> EVENT;
            case "TRIGGER" -> TRIGGER;
            case "PROCEDURE" -> PROCEDURE;
            case "FUNCTION" -> FUNCTION;
            case "INDEX", "KEY" -> INDEX;
            case "USER" -> USER;
            case "ROLE" -> ROLE;
            case "TABLESPACE" -> TABLESPACE;
            case "SERVER" -> SERVER;
            case "LIBRARY" -> LIBRARY;
            default -> null;
        };
    }

    /// Whether its names are qualified by a schema.
    boolean liesInSchema() {
        return switch (this) {
            case TABLE,
                    TEMPORARY_TABLE,
                    VIEW,
                    EVENT,
                    TRIGGER,
                    PROCEDURE,
                    FUNCTION,
                    INDEX,
                    LIBRARY ->
                    true;
            case DATABASE, USER, ROLE, TABLESPACE, SERVER, NONE -> false;
        };
    }

    /// Whether statements about it are account management.
    boolean isAccount() {
        return this == USER || this == ROLE;
    }
}
