package io.holdfast.core;

import java.util.UUID;

/// Who numbers transactions: a server's UUID and an optional tag (`TSID` in MySQL's sources).
///
/// @param tag lower case, at most 32 characters `[a-z_][a-z0-9_]*`; empty for untagged transactions
public record GtidSource(UUID uuid, String tag) implements Comparable<GtidSource> {
    private static final int TAG_CHARACTERS_MAX = 32;

    public GtidSource {
        if (!isTag(tag)) {
            throw new IllegalArgumentException("not a GTID tag: " + tag);
        }
    }

    public static GtidSource untagged(UUID uuid) {
        return new GtidSource(uuid, "");
    }

    /// Whether a text can be a tag; the empty one, which means none, included.
    static boolean isTag(String text) {
        if (text.isEmpty()) {
            return true;
        }
        char first = text.charAt(0);
        return text.length() <= TAG_CHARACTERS_MAX
                && (first == '_' || (first >= 'a' && first <= 'z'))
                && text.chars()
                        .allMatch(
                                c -> c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }

    /// Orders as the server prints sets: by the UUID's bytes, then by tag, untagged first.
    @Override
    public int compareTo(GtidSource other) {
        int high =
                Long.compareUnsigned(
                        uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
        if (high != 0) {
            return high;
        }
        int low =
                Long.compareUnsigned(
                        uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
        return low != 0 ? low : tag.compareTo(other.tag);
    }

    @Override
    public String toString() {
        return tag.isEmpty() ? uuid.toString() : uuid + ":" + tag;
    }
}
