package io.holdfast.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the server writes a letter of a schema's or table's name into the name of a folder or file:
/// letters of ASCII, digits and `_` as they are, others as `@` and four hexadecimal digits; but
/// shorter, as `@` and two characters from tables of its own, the letters of some scripts. The name
/// of a device, such as `con`, has `@@@` behind it.
///
/// Source: MySQL manual, "Mapping of Identifiers to File Names"; MySQL 9.7 `strings/ctype-utf8.cc`,
/// `my_wc_mb_filename`.
public final class FileNameLetters {
    private static final Pattern ENCODED = Pattern.compile("@([0-9a-fA-F]{4})");
    private static final Pattern READABLE =
            Pattern.compile("((?:[A-Za-z0-9_]|" + ENCODED.pattern() + ")*)(?:@@@)?");

    private FileNameLetters() {}

    /// The name that a folder's or file's name stands for; null if it has letters that only the
    /// server can read, or that it does not write.
    public static @Nullable String read(String written) {
        Matcher readable = READABLE.matcher(written);
        if (!readable.matches()) {
            return null;
        }
        return ENCODED.matcher(readable.group(1))
                .replaceAll(letter ->
                        Matcher.quoteReplacement(
                                Character.toString(Integer.parseInt(letter.group(1), 16))));
    }

    /// A regular expression for what a name can be called. Of a letter out of the server's tables
    /// any two characters will do, so that several names may fit.
    public static String pattern(String name) {
        var pattern = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            String written = written(name.charAt(i));
            if (written == null) {
                pattern.append("(?:@[0-\\x7f]{2}|").append(inHex(name.charAt(i))).append(')');
            } else {
                pattern.append(written);
            }
        }
        return pattern.append("(?:@@@)?").toString();
    }

    /// How a letter is written; null if the server may have a shorter way, that only it knows.
    public static @Nullable String written(char letter) {
        if (letter == '_' || (letter < 128 && Character.isLetterOrDigit(letter))) {
            return String.valueOf(letter);
        }
        return isOfServersTables(letter) ? null : inHex(letter);
    }

    /// The way of a letter that is in none of the server's tables.
    private static String inHex(char letter) {
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
