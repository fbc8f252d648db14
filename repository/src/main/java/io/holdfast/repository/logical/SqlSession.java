package io.holdfast.repository.logical;

import org.jspecify.annotations.Nullable;

/// The session settings that a statement needs. Each may be absent, which means the default that
/// `docs/formats/logical.md` names.
///
/// @param database made current by `USE`
/// @param sqlMode as `sql_mode` spells it
/// @param databaseCollation the database's collation when the object was created; where the
///   database has another one now, it is changed for the statement and changed back
/// @param timestampSeconds seconds since 1970-01-01 UTC, for `SET timestamp`
public record SqlSession(
        @Nullable String database,
        @Nullable String sqlMode,
        @Nullable String charsetClient,
        @Nullable String collationConnection,
        @Nullable String databaseCollation,
        @Nullable String timeZone,
        @Nullable Long timestampSeconds) {

    /// `sql_mode` where an object has none of its own: zero dates and zero auto-increment values
    /// are kept, and nothing is strict.
    public static final String SQL_MODE = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

    public static final String CHARSET_CLIENT = "utf8mb4";
    public static final String COLLATION_CONNECTION = "utf8mb4_0900_ai_ci";
    public static final String TIME_ZONE = "+00:00";

    /// The same, whatever collation the database has.
    public SqlSession withoutDatabaseCollation() {
        return new SqlSession(
                database,
                sqlMode,
                charsetClient,
                collationConnection,
                null,
                timeZone,
                timestampSeconds);
    }

    /// A session whose only demand is the current database.
    public static SqlSession in(String database) {
        return new SqlSession(database, null, null, null, null, null, null);
    }
}
