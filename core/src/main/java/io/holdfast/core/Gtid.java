package io.holdfast.core;

/// The global identifier of one transaction: `UUID:N`, or `UUID:TAG:N` from MySQL 8.3 on.
///
/// @param source which server (and tag) numbered it
/// @param sequence its number there, from 1
public record Gtid(GtidSource source, long sequence) {
    public Gtid {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence must be at least 1, got " + sequence);
        }
    }

    /// Reads one GTID as MySQL prints it.
    ///
    /// @throws UsageException if the text is not exactly one transaction
    public static Gtid parse(String text) {
        GtidSet set = GtidSet.parse(text);
        if (set.count() != 1) {
            throw GtidSet.malformed(text, "it names " + set.count() + " transactions, not one");
        }
        GtidSource source = set.sources().iterator().next();
        return new Gtid(source, set.intervals(source).getFirst().first());
    }

    @Override
    public String toString() {
        return source + ":" + sequence;
    }
}
