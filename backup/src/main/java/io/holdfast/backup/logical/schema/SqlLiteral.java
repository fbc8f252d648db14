package io.holdfast.backup.logical.schema;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Writes values as SQL. For sessions whose `sql_mode` leaves backslash escapes on.
public final class SqlLiteral {
    private SqlLiteral() {}

    /// A string in single quotes.
    public static String quote(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /// Bytes as a hexadecimal literal with the introducer of a character set, such as `_latin1
    /// x'E4'`.
    public static String hex(String charset, byte[] value) {
        return "_" + charset + " x'" + HexFormat.of().withUpperCase().formatHex(value) + "'";
    }

    /// Text as a hexadecimal utf8mb4 literal: safe whatever `sql_mode` says about quotes.
    public static String hex(String value) {
        return hex("utf8mb4", value.getBytes(StandardCharsets.UTF_8));
    }
}
