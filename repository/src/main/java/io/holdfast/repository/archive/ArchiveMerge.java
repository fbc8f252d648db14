package io.holdfast.repository.archive;

import io.holdfast.core.ByteSink;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.format.ContainerInput;
import io.holdfast.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Makes few large parts of many small ones. Deciding is pure, acting is apart.
///
/// A merged part stands beside its pieces until a later run finds it old enough, proves it by
/// reading it whole, and deletes them: whoever has listed the pieces can read them meanwhile. A
/// crash at any moment leaves parts that overlap, which every reader allows.
public final class ArchiveMerge {
    private ArchiveMerge() {}

    /// When merging is worth it.
    ///
    /// @param targetBytes log bytes of a merged part; a part of this size is left alone
    /// @param partsMin fewer are merged only if their file has ended
    /// @param graceMin how long pieces stay beside a merged part
    public record Policy(long targetBytes, int partsMin, Duration graceMin) {
        public static final Policy DEFAULT = new Policy(64L << 20, 16, Duration.ofMinutes(10));
    }

    /// What to do.
    ///
    /// @param groups each becomes one part; they touch one another, in log order
    /// @param swallowed parts whose bytes a larger part has
    public record Plan(List<List<PartName>> groups, List<PartName> swallowed) {
        /// Copies the lists.
        public Plan {
            groups = List.copyOf(groups);
            swallowed = List.copyOf(swallowed);
        }
    }

    /// Decides from the parts' names alone.
    ///
    /// @param parts in log order
    public static Plan plan(List<PartName> parts, Policy policy) {
        var swallowed = new ArrayList<PartName>();
        var standing = new ArrayList<PartName>();
        for (PartName part : parts) {
            boolean isSwallowed =
                    parts.stream().anyMatch(other -> other.swallows(part)) && part.byteCount() > 0;
            (isSwallowed ? swallowed : standing).add(part);
        }
        var groups = new ArrayList<List<PartName>>();
        var group = new ArrayList<PartName>();
        long bytes = 0;
        for (PartName part : standing) {
            boolean touches =
                    !group.isEmpty()
                            && group.getLast().fileNumber() == part.fileNumber()
                            && group.getLast().end() == part.begin();
            if (!touches || bytes + part.byteCount() > policy.targetBytes()) {
                boolean isOver =
                        !group.isEmpty()
                                && (touches || group.getLast().fileNumber() < part.fileNumber());
                close(group, isOver, policy, groups);
                group = new ArrayList<>();
                bytes = 0;
            }
            if (part.byteCount() < policy.targetBytes()) {
                group.add(part);
                bytes += part.byteCount();
            }
        }
        close(group, false, policy, groups);
        return new Plan(groups, swallowed);
    }

    private static void close(
            List<PartName> group, boolean isOver, Policy policy, List<List<PartName>> groups) {
        // One that only tells where a file ended is never swallowed, and would be merged each time.
        long count = group.stream().filter(part -> part.byteCount() > 0).count();
        if (count >= (isOver ? 2 : policy.partsMin())) {
            groups.add(List.copyOf(group));
        }
    }

    /// Carries a plan out.
    ///
    /// @return the merged parts that were written
    /// @throws io.holdfast.core.CorruptDataException if a piece is damaged; nothing is deleted then
    ///   that is not in a proven larger part
    public static List<PartName> execute(HistoryArchive history, Plan plan, Policy policy) {
        var written = new ArrayList<PartName>();
        for (List<PartName> group : plan.groups()) {
            written.add(merge(history, group));
        }
        deleteSwallowed(history, plan.swallowed(), policy);
        return written;
    }

    private static PartName merge(HistoryArchive history, List<PartName> group) {
        List<PartDescription> pieces = group.stream().map(history::describe).toList();
        PartRange first = pieces.getFirst().range();
        var range = new PartRange(first.file(), first.begin(), pieces.getLast().range().end());
        var transactions = new ArrayList<TransactionEntry>();
        try (ArchivePartWriter merged = history.createPart(range)) {
            for (PartName piece : group) {
                try (ContainerInput in = history.openPart(piece).openAt(piece.begin())) {
                    in.transferTo((ByteSink) merged);
                }
                transactions.addAll(history.index(piece).transactions());
            }
            return merged.commit(facts(pieces), PartIndex.of(transactions));
        }
    }

    private static PartFacts facts(List<PartDescription> pieces) {
        var added = new GtidSet.Builder();
        long transactions = 0;
        long anonymous = 0;
        for (PartDescription piece : pieces) {
            added.addAll(piece.facts().gtidsAdded());
            transactions += piece.facts().transactionCount();
            anonymous += piece.facts().anonymousCount();
        }
        PartFacts first = pieces.getFirst().facts();
        PartFacts last = pieces.getLast().facts();
        return new PartFacts(
                first.serverVersion(),
                first.gtidsBefore(),
                added.build(),
                transactions,
                anonymous,
                times(pieces).min(Instant::compareTo).orElse(null),
                times(pieces).max(Instant::compareTo).orElse(null),
                first.formatDescription(),
                first.checksumAlgorithm(),
                last.endsFile(),
                last.archiver());
    }

    private static Stream<Instant> times(List<PartDescription> pieces) {
        return pieces.stream()
                .flatMap(piece ->
                        Stream.concat(
                                Stream.ofNullable(piece.facts().firstCommitted()),
                                Stream.ofNullable(piece.facts().lastCommitted())));
    }

    private static void deleteSwallowed(
            HistoryArchive history, List<PartName> swallowed, Policy policy) {
        Instant youngest = history.envelopes().now().minus(policy.graceMin());
        ObjectStore store = history.envelopes().store();
        PartName proven = null;
        List<PartName> parts = swallowed.isEmpty() ? List.of() : history.parts();
        for (PartName small : swallowed) {
            if (proven == null || !proven.swallows(small)) {
                proven =
                        parts.stream()
                                .filter(part -> part.swallows(small))
                                .filter(part -> history.describe(part).created().isBefore(youngest))
                                .findFirst()
                                .orElse(null);
                if (proven == null) {
                    continue;
                }
                ArchiveCheck.part(history.envelopes(), proven.key());
                PartIndex _ = history.index(proven);
            }
            boolean _ = store.delete(small.key());
            boolean _ = store.delete(small.indexKey());
        }
    }
}
