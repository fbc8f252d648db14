package io.holdfast.repository.archive;

import io.holdfast.core.Text;
import io.holdfast.store.ObjectKey;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a part's key says: its history, file and byte range. Ordered as the log is; of two that
/// begin alike the longer comes last.
///
/// @param fileNumber the number behind the last dot of the file's name
/// @param random tells parts of one range apart
public record PartName(HistoryId history, long fileNumber, long begin, long end, String random)
        implements Comparable<PartName> {
    private static final String PARTS = "parts/";
    private static final String INDEXES = "indexes/";
    private static final String PART_ENDING = ".part";
    private static final String INDEX_ENDING = ".index";
    private static final Pattern FORM =
            Pattern.compile(
                    "archive/([0-9a-f-]{49})/parts/([0-9]{10})-([0-9]{16})-([0-9]{16})-([0-9a-f]{8})\\.part");
    private static final Comparator<PartName> ORDER =
            Comparator.comparingLong(PartName::fileNumber)
                    .thenComparingLong(PartName::begin)
                    .thenComparingLong(PartName::end)
                    .thenComparing(PartName::random);

    static PartName create(HistoryId history, PartRange range, RandomGenerator random) {
        return new PartName(
                history,
                range.beginPosition().fileNumber(),
                range.begin(),
                range.end(),
                Text.format("%08x", random.nextInt()));
    }

    /// Reads a key; empty if it is not a part's.
    static Optional<PartName> parse(ObjectKey key) {
        Matcher matcher = FORM.matcher(key.text());
        if (!matcher.matches() || !HistoryId.isHistoryId(matcher.group(1))) {
            return Optional.empty();
        }
        long begin = Long.parseLong(matcher.group(3));
        long end = Long.parseLong(matcher.group(4));
        if (end < begin) {
            return Optional.empty();
        }
        return Optional.of(
                new PartName(
                        new HistoryId(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        begin,
                        end,
                        matcher.group(5)));
    }

    static String prefix(HistoryId history) {
        return history.folder() + PARTS;
    }

    /// Where the part lies.
    public ObjectKey key() {
        return ObjectKey.of(prefix(history) + stem() + PART_ENDING);
    }

    /// Where its index lies.
    public ObjectKey indexKey() {
        return ObjectKey.of(history.folder() + INDEXES + stem() + INDEX_ENDING);
    }

    private String stem() {
        return Text.format("%010d-%016d-%016d-%s", fileNumber, begin, end, random);
    }

    public long byteCount() {
        return end - begin;
    }

    /// Whether all bytes of the other part are in this one.
    public boolean holds(PartName other) {
        return fileNumber == other.fileNumber && begin <= other.begin && end >= other.end;
    }

    /// Whether all bytes of the other part are in this one, and this one has more.
    boolean swallows(PartName other) {
        return holds(other) && byteCount() > other.byteCount();
    }

    @Override
    public int compareTo(PartName other) {
        return ORDER.compare(this, other);
    }
}
