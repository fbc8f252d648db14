package io.holdfast.core;

import com.google.errorprone.annotations.FormatMethod;
import java.util.HexFormat;
import java.util.Locale;

/// Formats text the same way on every machine: the root locale, whatever the user's own is.
public final class Text {
    private Text() {}

    /// Formats as [String#format(Locale, String, Object...)] does with the root locale.
    @FormatMethod
    public static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    /// Renders bytes as lower-case hexadecimal digits without separators.
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /// Renders a byte count for a person: `512 B`, `1.5 MiB`. Powers of 1024, one decimal.
    public static String bytes(long byteCount) {
        if (byteCount < 1024) {
            return byteCount + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        double scaled = byteCount;
        int unit = -1;
        while (scaled >= 1024 && unit < units.length - 1) {
            scaled /= 1024;
            unit++;
        }
        return format("%.1f %s", scaled, units[unit]);
    }
}
