package io.holdfast.core;

import org.jspecify.annotations.Nullable;

/// How the server writes a letter of a schema's or table's name into the name of a folder or file:
/// letters of ASCII, digits and `_` as they are, others as `@` and four hexadecimal digits; but
/// shorter, from tables of its own, the letters of some scripts.
///
/// Source: MySQL manual, "Mapping of Identifiers to File Names"; MySQL 9.7 `strings/ctype-utf8.cc`,
/// `my_wc_mb_filename`.
public final class FileNameLetters {
    private FileNameLetters() {}

    /// How a letter is written; null if the server may have a shorter way, that only it knows.
    public static @Nullable String written(char letter) {
        if (letter == '_' || (letter < 128 && Character.isLetterOrDigit(letter))) {
            return String.valueOf(letter);
        }
        return isOfServersTables(letter) ? null : inHex(letter);
    }

    /// The way of a letter that is in none of the server's tables.
    public static String inHex(char letter) {
        return Text.format("@%04x", (int) letter);
    }

    private static boolean isOfServersTables(char letter) {
        return (letter >= 0x00C0 && letter <= 0x05FF)
                || (letter >= 0x1E00 && letter <= 0x1FFF)
                || (letter >= 0x2160 && letter <= 0x217F)
                || (letter >= 0x24B0 && letter <= 0x24EF)
                || (letter >= 0xFF20 && letter <= 0xFF5F);
    }
}
