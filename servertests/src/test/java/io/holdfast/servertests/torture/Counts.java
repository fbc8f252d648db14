package io.holdfast.servertests.torture;

import java.util.Map;
import java.util.TreeMap;

/// What happened in cycles, for the report. Confined to one thread.
final class Counts {
    private final Map<String, Long> counts = new TreeMap<>();

    void add(String what, long count) {
        counts.merge(what, count, Long::sum);
    }

    void add(String prefix, Map<String, Integer> some) {
        some.forEach((what, count) -> add(prefix + what, count));
    }

    void add(Counts others) {
        others.counts.forEach(this::add);
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        counts.forEach((what, count) -> text.append(what).append(": ").append(count).append('\n'));
        return text.toString();
    }
}
