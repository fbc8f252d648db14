package io.holdfast.repository.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Proves which runs of a history's log the archive holds without a gap. Pure: descriptions of
/// parts in, runs and gaps out.
///
/// The rules, from `docs/formats/repository.md`, section 11: within a file the bytes touch or
/// overlap; the next file has the next number, begins at offset 4, and the one before was reached
/// up to its end, or its GTIDs prove that nothing is missing; and always what a part takes for
/// granted is covered already. Of overlapping parts the one that reaches furthest is taken.
///
/// @param runs in log order; between two lies a gap
public record Continuity(List<Run> runs, List<Gap> gaps) {
    /// Copies the lists.
    public Continuity {
        runs = List.copyOf(runs);
        gaps = List.copyOf(gaps);
    }

    /// A piece of a run: bytes of one part that no piece before has.
    public record Piece(PartName part, PartDescription description, long begin, long end) {}

    /// A run of the log without a gap.
    ///
    /// @param gtidsBefore executed before its first byte
    /// @param gtidsAdded by its transactions
    /// @param transactionCount of its parts; where parts overlap, some are counted twice
    /// @param anonymousCount likewise
    public record Run(
            BinlogPosition begin,
            BinlogPosition end,
            GtidSet gtidsBefore,
            GtidSet gtidsAdded,
            long transactionCount,
            long anonymousCount,
            List<Piece> pieces) {
        /// Copies the list.
        public Run {
            pieces = List.copyOf(pieces);
        }

        /// Bytes of log in it.
        public long byteCount() {
            return pieces.stream().mapToLong(piece -> piece.end - piece.begin).sum();
        }

        /// What the server had executed at its end.
        public GtidSet executed() {
            return gtidsBefore.union(gtidsAdded);
        }
    }

    /// A part and what it says of itself.
    public record Described(PartName name, PartDescription description) {}

    /// Walks the parts of one history.
    public static Continuity prove(List<Described> parts) {
        var sorted = new ArrayList<>(parts);
        sorted.sort(
                Comparator.comparingLong((Described part) -> part.name.fileNumber())
                        .thenComparingLong(part -> part.name.begin())
                        .thenComparingLong(part -> -part.name.end()));
        var walk = new Walk();
        for (int next = 0; next < sorted.size(); next++) {
            Described part = sorted.get(next);
            // Of the parts that begin no further than we have come, the one that reaches furthest.
            while (next + 1 < sorted.size()
                    && walk.reaches(sorted.get(next + 1))
                    && walk.reaches(part)
                    && sorted.get(next + 1).name.fileNumber() == part.name.fileNumber()) {
                next++;
                if (reachesFurther(sorted.get(next), part)) {
                    part = sorted.get(next);
                }
            }
            walk.add(part);
        }
        return walk.finish();
    }

    private static boolean reachesFurther(Described one, Described other) {
        return one.name.end() > other.name.end()
                || (one.name.end() == other.name.end() && one.description.facts().endsFile());
    }

    /// The state of the proof between two parts.
    private static final class Walk {
        private final List<Run> runs = new ArrayList<>();
        private final List<Gap> gaps = new ArrayList<>();
        private final List<Piece> pieces = new ArrayList<>();
        private @Nullable Described first;
        private @Nullable Described last;
        private GtidSet.Builder added = new GtidSet.Builder();
        private GtidSet covered = GtidSet.EMPTY;
        private long reached;
        private boolean isFileEnded;
        private long transactions;
        private long anonymous;

        /// Whether a part begins within what was walked of its file, or right behind.
        boolean reaches(Described part) {
            return last != null
                    && part.name.fileNumber() == last.name.fileNumber()
                    && part.name.begin() <= reached;
        }

        void add(Described part) {
            if (last == null) {
                begin(part);
                return;
            }
            boolean isSameFile = part.name.fileNumber() == last.name.fileNumber();
            if (isSameFile && part.name.end() <= reached) {
                isFileEnded |= part.name.end() == reached && part.description.facts().endsFile();
                return;
            }
            String reason = isSameFile ? whyNotWithin(part) : whyNotNext(part, last);
            GtidSet missing = part.description.facts().gtidsBefore().subtract(covered);
            if (reason.isEmpty() && !missing.isEmpty()) {
                reason = "transactions are missing";
            }
            if (reason.isEmpty()) {
                take(part, isSameFile ? reached : part.name.begin());
            } else {
                BinlogPosition after = new BinlogPosition(last.description.range().file(), reached);
                endRun();
                gaps.add(new Gap(after, part.description.begin(), missing, reason));
                begin(part);
            }
        }

        private String whyNotWithin(Described part) {
            return part.name.begin() <= reached
                    ? ""
                    : Text.format("%d bytes of the file are missing", part.name.begin() - reached);
        }

        private String whyNotNext(Described part, Described before) {
            if (part.name.fileNumber() != before.name.fileNumber() + 1) {
                return "whole files are missing";
            }
            if (part.name.begin() != BinlogPosition.FIRST_EVENT_OFFSET) {
                return "the beginning of the file is missing";
            }
            GtidSet assumed = part.description.facts().gtidsBefore();
            boolean isProvenByGtids =
                    anonymous == 0 && !assumed.isEmpty() && assumed.equals(covered);
            return isFileEnded || isProvenByGtids ? "" : "the end of the file before it is missing";
        }

        private void begin(Described part) {
            first = part;
            covered = part.description.facts().gtidsBefore();
            added = new GtidSet.Builder();
            transactions = 0;
            anonymous = 0;
            take(part, part.name.begin());
        }

        private void take(Described part, long from) {
            PartFacts facts = part.description.facts();
            pieces.add(new Piece(part.name, part.description, from, part.name.end()));
            if (!facts.gtidsAdded().isEmpty()) {
                added.addAll(facts.gtidsAdded());
                covered = covered.union(facts.gtidsAdded());
            }
            transactions += facts.transactionCount();
            anonymous += facts.anonymousCount();
            reached = part.name.end();
            isFileEnded = facts.endsFile();
            last = part;
        }

        private void endRun() {
            if (first != null && last != null) {
                runs.add(
                        new Run(
                                first.description.begin(),
                                new BinlogPosition(last.description.range().file(), reached),
                                first.description.facts().gtidsBefore(),
                                added.build(),
                                transactions,
                                anonymous,
                                pieces));
                pieces.clear();
            }
        }

        Continuity finish() {
            endRun();
            return new Continuity(runs, gaps);
        }
    }

    /// What is proven from the beginning on.
    public Coverage coverage() {
        if (runs.isEmpty()) {
            return new Coverage.Nothing();
        }
        if (!gaps.isEmpty()) {
            return new Coverage.Broken(gaps.getFirst());
        }
        Run run = runs.getFirst();
        return new Coverage.Continuous(run.begin(), run.end(), run.executed());
    }
}
