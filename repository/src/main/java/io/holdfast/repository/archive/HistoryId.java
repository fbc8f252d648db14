package io.holdfast.repository.archive;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.core.Text;
import io.holdfast.store.ObjectKey;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The name of a history: the server's UUID and twelve random hex digits.
public record HistoryId(String text) implements Comparable<HistoryId> {
    static final String FOLDER = "archive/";
    private static final int UUID_CHARACTERS = 36;
    private static final Pattern FORM =
            Pattern.compile(
                    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[0-9a-f]{12}");

    /// Checks the form.
    ///
    /// @throws IllegalArgumentException if the text has another one
    @JsonCreator
    public HistoryId {
        if (!isHistoryId(text)) {
            throw new IllegalArgumentException("not a history id: " + text);
        }
    }

    /// A new history of a server.
    static HistoryId create(UUID server, RandomGenerator random) {
        return new HistoryId(server + Text.format("-%012x", random.nextLong() & 0xFFFF_FFFF_FFFFL));
    }

    /// Whether a text has the form of an id.
    public static boolean isHistoryId(String text) {
        return FORM.matcher(text).matches();
    }

    public UUID server() {
        return UUID.fromString(text.substring(0, UUID_CHARACTERS));
    }

    /// Where the object lies that makes the history exist.
    ObjectKey key() {
        return ObjectKey.of(folder() + "history");
    }

    String folder() {
        return FOLDER + text + "/";
    }

    @Override
    public int compareTo(HistoryId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
