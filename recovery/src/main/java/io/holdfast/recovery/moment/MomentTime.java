package io.holdfast.recovery.moment;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a point in time that says its zone itself: `2025-10-05T14:36:59.25Z`, `2025-10-05
/// 16:36:59+02:00`, `2025-10-05 16:36:59 Europe/Berlin`. A local time that a change of clocks made
/// happen twice or never is refused.
final class MomentTime {
    private static final Pattern TIME =
            Pattern.compile(
                    "(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)\\s*(.*)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");

    private MomentTime() {}

    static boolean looksLikeTime(String text) {
        return DATE.matcher(text).matches();
    }

    static Instant parse(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw malformed(text, "a time is written like 2025-10-05T14:36:59.25Z");
        }
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2));
        } catch (DateTimeException _) {
            throw malformed(text, "there is no such day or hour");
        }
        String zoneText = parts.group(3).strip();
        if (zoneText.isEmpty()) {
            throw new UsageException(
                    Problem.of(RecoveryError.MOMENT_WITHOUT_ZONE)
                            .what("'%s' has no time zone", text)
                            .where("--to")
                            .remedy(
                                    "Add it: %sZ for UTC, or the zone it was read in, like %s+02:00.",
                                    text, text));
        }
        return instant(text, local, zone(text, zoneText));
    }

    private static ZoneId zone(String text, String zoneText) {
        String name =
                zoneText.startsWith("[") && zoneText.endsWith("]")
                        ? zoneText.substring(1, zoneText.length() - 1)
                        : zoneText;
        try {
            return name.equalsIgnoreCase("z") ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException _) {
            throw malformed(text, "'" + zoneText + "' is no time zone");
        }
    }

    private static Instant instant(String text, LocalDateTime local, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        return switch (offsets.size()) {
            case 1 -> local.toInstant(offsets.getFirst());
            case 0 ->
                    throw malformed(
                            text,
                            "clocks were put forward over it in "
                                    + zone
                                    + "; write it with an offset");
            default ->
                    throw malformed(
                            text,
                            "it came twice in "
                                    + zone
                                    + "; write it with one of the offsets "
                                    + offsets);
        };
    }

    private static UsageException malformed(String text, String why) {
        return new UsageException(
                Problem.of(RecoveryError.MOMENT_MALFORMED)
                        .what("'%s' names no moment: %s", text, why)
                        .where("--to")
                        .remedy("Write it like 2025-10-05T14:36:59.25Z."));
    }
}
