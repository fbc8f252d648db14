package io.holdfast.store;

/// The name of one object in a store: segments of `[a-z0-9_.-]` joined by `/`.
///
/// Rules, so that one key means one file on every file system and one name on S3: at most
/// [#CHARACTERS_MAX] characters, at most [#SEGMENT_CHARACTERS_MAX] in a segment; no empty segment;
/// no segment begins with a dot, which also keeps `..` and a store's own hidden files out. Lower
/// case only: some file systems do not tell cases apart. No key may lie below another one (`a` and
/// `a/b`), because a directory store cannot hold a file and a folder of one name.
public record ObjectKey(String text) implements Comparable<ObjectKey> {
    public static final int CHARACTERS_MAX = 512;
    public static final int SEGMENT_CHARACTERS_MAX = 200;

    /// @throws IllegalArgumentException if the text breaks a rule
    public ObjectKey {
        if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + CHARACTERS_MAX + " characters, not " + text.length());
        }
        for (String segment : text.split("/", -1)) {
            if (!isSegment(segment)) {
                throw new IllegalArgumentException(
                        "not a segment of a key: '" + segment + "' in " + text);
            }
        }
    }

    /// A key from its text.
    public static ObjectKey of(String text) {
        return new ObjectKey(text);
    }

    /// Whether a text keeps all the rules of a key.
    public static boolean isKey(String text) {
        if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
            return false;
        }
        for (String segment : text.split("/", -1)) {
            if (!isSegment(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSegment(String segment) {
        return !segment.isEmpty()
                && segment.length() <= SEGMENT_CHARACTERS_MAX
                && segment.charAt(0) != '.'
                && segment.chars().allMatch(ObjectKey::isAllowed);
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    }

    /// The last segment.
    public String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    @Override
    public int compareTo(ObjectKey other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
