package io.holdfast.recovery.load;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Writes values into statements so that no `sql_mode` and no character set can change them.
public final class SqlLiteral {
    private SqlLiteral() {}

    /// A text of utf8mb4.
    public static String text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A text of utf8mb4, given as its bytes.
    static String text(byte[] utf8) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(utf8) + "'";
    }

    /// A string of bytes without character set.
    static String bytes(byte[] bytes) {
        return "x'" + HexFormat.of().formatHex(bytes) + "'";
    }
}
