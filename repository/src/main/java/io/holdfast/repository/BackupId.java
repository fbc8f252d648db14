package io.holdfast.repository;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.core.Text;
import io.holdfast.store.ObjectKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The name of a backup: when it began and eight random hex digits, `20261122t161000z-1f3a90c2`.
/// Sorts by time.
public record BackupId(String text) implements Comparable<BackupId> {
    private static final Pattern FORM = Pattern.compile("[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss'z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String FOLDER = "backups/";
    private static final String ENDING = ".manifest";
    private static final String INCOMPLETE = ".incomplete";

    /// @throws IllegalArgumentException if the text has another form
    @JsonCreator
    public BackupId {
        if (!isBackupId(text)) {
            throw new IllegalArgumentException("not a backup id: " + text);
        }
    }

    static BackupId create(Instant began, RandomGenerator random) {
        return new BackupId(TIME.format(began) + Text.format("-%08x", random.nextInt()));
    }

    /// Whether a text has the form of an id.
    public static boolean isBackupId(String text) {
        return FORM.matcher(text).matches();
    }

    /// The UTC day on which the backup began, `20261122`.
    String day() {
        return text.substring(0, 8);
    }

    /// Where the backup's manifest lies.
    public ObjectKey manifestKey() {
        return ObjectKey.of(FOLDER + text + ENDING);
    }

    /// Where the manifest lies while the backup is whole but not proven.
    public ObjectKey incompleteKey() {
        return ObjectKey.of(FOLDER + text + INCOMPLETE);
    }

    /// The prefix of all manifests' keys.
    public static String manifestPrefix() {
        return FOLDER;
    }

    /// Whether a key is a manifest's.
    public static boolean isManifestKey(ObjectKey key) {
        return hasForm(key, ENDING);
    }

    /// Whether a key is that of an unproven backup's manifest.
    public static boolean isIncompleteKey(ObjectKey key) {
        return hasForm(key, INCOMPLETE);
    }

    private static boolean hasForm(ObjectKey key, String ending) {
        String name = key.name();
        return key.text().equals(FOLDER + name)
                && name.endsWith(ending)
                && isBackupId(name.substring(0, name.length() - ending.length()));
    }

    /// The id in a manifest's key, of either kind.
    public static BackupId ofManifest(ObjectKey key) {
        String name = key.name();
        return new BackupId(name.substring(0, name.lastIndexOf('.')));
    }

    @Override
    public int compareTo(BackupId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
