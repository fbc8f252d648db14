package io.holdfast.repository.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.core.Text;
import io.holdfast.store.ObjectKey;
import java.util.random.RandomGenerator;

/// The name of a pack: 128 random bits, printed as 32 hex digits.
public record PackId(long high, long low) {

    /// A new name.
    public static PackId random(RandomGenerator random) {
        return new PackId(random.nextLong(), random.nextLong());
    }

    /// Reads an id as it is printed.
    ///
    /// @throws IllegalArgumentException if the text is not 32 hex digits
    @JsonCreator
    public static PackId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a pack id has 32 hex digits, not " + text.length());
        }
        return new PackId(
                Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    /// Where the pack lies unless the pack table says otherwise.
    public ObjectKey key() {
        String hex = toString();
        return ObjectKey.of("packs/" + hex.substring(0, 2) + "/" + hex + ".pack");
    }

    @JsonValue
    @Override
    public String toString() {
        return Text.format("%016x%016x", high, low);
    }
}
