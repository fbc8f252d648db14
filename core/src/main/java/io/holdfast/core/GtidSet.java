package io.holdfast.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.UUID;

/// An immutable set of transactions, as `gtid_executed` holds: per source, intervals of sequence
/// numbers.
///
/// Invariants: no source without an interval; a source's intervals are sorted, disjoint and not
/// adjacent. So two sets of the same transactions are equal and print alike. Source for the text
/// form: MySQL 9.7 manual, "GTID Sets".
public final class GtidSet {
    public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

    private final NavigableMap<GtidSource, List<GtidInterval>> bySource;

    private GtidSet(NavigableMap<GtidSource, List<GtidInterval>> bySource) {
        this.bySource = Collections.unmodifiableNavigableMap(bySource);
    }

    public static GtidSet of(Gtid gtid) {
        return new Builder().add(gtid).build();
    }

    /// Reads a set as MySQL prints it: `uuid:1-5:7:tag:1-3,uuid:9`. White space, upper-case digits,
    /// empty items and intervals in any order are allowed, as the server allows them; an interval
    /// that ends before it begins is empty.
    ///
    /// @throws UsageException if the text is anything else
    public static GtidSet parse(String text) {
        var builder = new Builder();
        for (String item : text.split(",", -1)) {
            String trimmed = item.strip();
            if (!trimmed.isEmpty()) {
                parseSource(trimmed, text, builder);
            }
        }
        return builder.build();
    }

    private static void parseSource(String item, String whole, Builder builder) {
        String[] fields = item.split(":", -1);
        var source = GtidSource.untagged(parseUuid(fields[0].strip(), whole));
        if (fields.length == 1) {
            throw malformed(whole, "a UUID has no interval behind it");
        }
        for (int i = 1; i < fields.length; i++) {
            String field = fields[i].strip().toLowerCase(Locale.ROOT);
            if (field.isEmpty()) {
                throw malformed(whole, "there is nothing between two colons");
            }
            if (Character.isDigit(field.charAt(0))) {
                parseInterval(field, whole, source, builder);
            } else if (GtidSource.isTag(field)) {
                source = new GtidSource(source.uuid(), field);
            } else {
                throw malformed(whole, "'" + field + "' is neither an interval nor a tag");
            }
        }
    }

    private static UUID parseUuid(String text, String whole) {
        String digits = text.replace("-", "");
        if (digits.length() != 32
                || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw malformed(whole, "'" + text + "' is not a UUID");
        }
        return new UUID(
                Long.parseUnsignedLong(digits, 0, 16, 16),
                Long.parseUnsignedLong(digits, 16, 32, 16));
    }

    private static void parseInterval(
            String text, String whole, GtidSource source, Builder builder) {
        int dash = text.indexOf('-');
        long first = parseSequence(dash < 0 ? text : text.substring(0, dash), whole);
        long last = dash < 0 ? first : parseSequence(text.substring(dash + 1), whole);
        if (first < 1) {
            throw malformed(whole, "transaction numbers begin at 1");
        }
        if (last >= first) {
            builder.add(source, new GtidInterval(first, last));
        }
    }

    private static long parseSequence(String text, String whole) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            throw malformed(whole, "'" + text + "' is not a transaction number");
        }
    }

    static UsageException malformed(String text, String why) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new UsageException(
                Problem.of(CoreError.GTID_SET_MALFORMED)
                        .what("'%s' is not a GTID set: %s", shown, why)
                        .remedy("Write it as SELECT @@gtid_executed prints it, UUID:1-5:7."));
    }

    public boolean isEmpty() {
        return bySource.isEmpty();
    }

    /// The sources that have at least one transaction in the set, in the order the server prints
    /// them.
    public NavigableSet<GtidSource> sources() {
        return bySource.navigableKeySet();
    }

    /// A source's intervals in ascending order; empty if it has none.
    public List<GtidInterval> intervals(GtidSource source) {
        return bySource.getOrDefault(source, List.of());
    }

    /// How many transactions the set holds.
    public long count() {
        return bySource.values().stream()
                .flatMap(List::stream)
                .mapToLong(GtidInterval::count)
                .sum();
    }

    public boolean contains(Gtid gtid) {
        List<GtidInterval> intervals = intervals(gtid.source());
        int low = 0;
        int high = intervals.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            GtidInterval interval = intervals.get(middle);
            if (gtid.sequence() < interval.first()) {
                high = middle - 1;
            } else if (gtid.sequence() > interval.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    public boolean containsAll(GtidSet other) {
        return other.subtract(this).isEmpty();
    }

    public GtidSet union(GtidSet other) {
        return new Builder().addAll(this).addAll(other).build();
    }

    public GtidSet union(Gtid gtid) {
        return new Builder().addAll(this).add(gtid).build();
    }

    /// The transactions of this set that are not in the other.
    public GtidSet subtract(GtidSet other) {
        var result = new TreeMap<GtidSource, List<GtidInterval>>();
        bySource.forEach((source, intervals) -> {
            List<GtidInterval> left = subtract(intervals, other.intervals(source));
            if (!left.isEmpty()) {
                result.put(source, left);
            }
        });
        return new GtidSet(result);
    }

    private static List<GtidInterval> subtract(List<GtidInterval> from, List<GtidInterval> what) {
        var left = new ArrayList<GtidInterval>();
        int next = 0;
        for (GtidInterval interval : from) {
            long first = interval.first();
            while (next < what.size() && what.get(next).last() < first) {
                next++;
            }
            int cut = next;
            while (cut < what.size() && what.get(cut).first() <= interval.last()) {
                if (what.get(cut).first() > first) {
                    left.add(new GtidInterval(first, what.get(cut).first() - 1));
                }
                first = what.get(cut).last() + 1;
                cut++;
            }
            if (first <= interval.last()) {
                left.add(new GtidInterval(first, interval.last()));
            }
        }
        return List.copyOf(left);
    }

    public GtidSet intersect(GtidSet other) {
        return subtract(subtract(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet that && bySource.equals(that.bySource);
    }

    @Override
    public int hashCode() {
        return bySource.hashCode();
    }

    /// The set as MySQL prints it, without line breaks: `uuid:1-5:7:tag:1-3,uuid:9`.
    @Override
    public String toString() {
        var text = new StringBuilder();
        UUID previous = null;
        for (Map.Entry<GtidSource, List<GtidInterval>> entry : bySource.entrySet()) {
            GtidSource source = entry.getKey();
            if (!source.uuid().equals(previous)) {
                text.append(previous == null ? "" : ",").append(source.uuid());
                previous = source.uuid();
            }
            if (!source.tag().isEmpty()) {
                text.append(':').append(source.tag());
            }
            entry.getValue().forEach(interval -> text.append(':').append(interval));
        }
        return text.toString();
    }

    /// Collects transactions into a set. Adding in ascending order per source, as a binary log
    /// does, is cheap: it extends the last interval in place. Confined to one thread.
    public static final class Builder {
        /// Per source: first → last of disjoint, non-adjacent intervals.
        private final Map<GtidSource, TreeMap<Long, Long>> bySource = new TreeMap<>();

        public Builder add(Gtid gtid) {
            return add(gtid.source(), new GtidInterval(gtid.sequence(), gtid.sequence()));
        }

        public Builder add(GtidSource source, GtidInterval interval) {
            TreeMap<Long, Long> intervals = bySource.computeIfAbsent(source, _ -> new TreeMap<>());
            long first = interval.first();
            long last = interval.last();
            // The one interval that may begin before the new one and touch it.
            Map.Entry<Long, Long> before = intervals.floorEntry(first);
            if (before != null && before.getValue() >= first - 1) {
                first = before.getKey();
                last = Math.max(last, before.getValue());
            }
            // Those that begin inside it or right behind it are swallowed.
            long reach = last == Long.MAX_VALUE ? last : last + 1;
            for (Map.Entry<Long, Long> next = intervals.higherEntry(first);
                    next != null && next.getKey() <= reach;
                    next = intervals.higherEntry(first)) {
                last = Math.max(last, next.getValue());
                reach = last == Long.MAX_VALUE ? last : last + 1;
                intervals.remove(next.getKey());
            }
            intervals.put(first, last);
            return this;
        }

        public Builder addAll(GtidSet set) {
            set.bySource.forEach(
                    (source, intervals) -> intervals.forEach(interval -> add(source, interval)));
            return this;
        }

        /// The set of what was added so far. The builder can go on afterwards.
        public GtidSet build() {
            var sorted = new TreeMap<GtidSource, List<GtidInterval>>();
            bySource.forEach((source, intervals) ->
                    sorted.put(
                            source,
                            intervals.entrySet().stream()
                                    .map(entry ->
                                            new GtidInterval(entry.getKey(), entry.getValue()))
                                    .toList()));
            return new GtidSet(sorted);
        }
    }
}
