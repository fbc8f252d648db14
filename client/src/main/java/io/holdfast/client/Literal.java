package io.holdfast.client;

import io.holdfast.core.Text;
import java.nio.charset.StandardCharsets;

/// Writes values as SQL does.
public final class Literal {
    private Literal() {}

    /// A text literal that means the same under every `sql_mode`: quotes are doubled, and a text
    /// with a backslash, whose meaning depends on NO_BACKSLASH_ESCAPES, is written in hexadecimal.
    public static String quote(String text) {
        if (text.indexOf('\\') < 0) {
            return "'" + text.replace("'", "''") + "'";
        }
        return "_utf8mb4 0x" + Text.hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
