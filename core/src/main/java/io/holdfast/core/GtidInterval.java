package io.holdfast.core;

/// A non-empty run of transaction numbers of one source, both ends included, as MySQL prints it
/// (`5-9`).
public record GtidInterval(long first, long last) {
    public GtidInterval {
        if (first < 1) {
            throw new IllegalArgumentException("first must be at least 1, got " + first);
        }
        if (last < first) {
            throw new IllegalArgumentException(
                    Text.format("last %d is before first %d", last, first));
        }
    }

    public long count() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + "-" + last;
    }
}
