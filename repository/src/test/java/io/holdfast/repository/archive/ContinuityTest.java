package io.holdfast.repository.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.GtidSet;
import io.holdfast.testkit.Seeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class ContinuityTest {
    private static final String U = ArchiveTest.SERVER.toString();
    private static final HistoryId HISTORY = HistoryId.create(ArchiveTest.SERVER, new Random(1));
    private final Random names = new Random(2);

    private Continuity.Described part(
            int file, long begin, long end, String before, String added, boolean endsFile) {
        var range = new PartRange("binlog.00000" + file, begin, end);
        return new Continuity.Described(
                PartName.create(HISTORY, range, names),
                new PartDescription(
                        HISTORY,
                        ArchiveTest.SERVER,
                        range,
                        ArchiveTest.facts(gtids(before), gtids(added), endsFile),
                        "",
                        Instant.EPOCH));
    }

    private static String gtids(String intervals) {
        return intervals.isEmpty() ? "" : U + ":" + intervals;
    }

    private static Continuity prove(Continuity.Described... parts) {
        return Continuity.prove(List.of(parts));
    }

    @Test
    void partsThatTouchAreContinuous() {
        Continuity continuity =
                prove(
                        part(1, 4, 100, "1-5", "6-7", false),
                        part(1, 100, 200, "1-7", "8", true),
                        part(2, 4, 50, "1-8", "9", false));
        assertThat(continuity.gaps()).isEmpty();
        assertThat(continuity.coverage())
                .isInstanceOfSatisfying(
                        Coverage.Continuous.class,
                        all -> {
                            assertThat(all.begin()).hasToString("binlog.000001:4");
                            assertThat(all.end()).hasToString("binlog.000002:50");
                            assertThat(all.executed()).hasToString(gtids("1-9"));
                        });
    }

    @Test
    void missingBytesAreAGap() {
        Continuity continuity =
                prove(part(1, 4, 100, "1-5", "6-7", false), part(1, 120, 200, "1-8", "9", true));
        assertThat(continuity.runs()).hasSize(2);
        assertThat(continuity.coverage())
                .isInstanceOfSatisfying(
                        Coverage.Broken.class,
                        broken -> {
                            assertThat(broken.firstGap().after()).hasToString("binlog.000001:100");
                            assertThat(broken.firstGap().before()).hasToString("binlog.000001:120");
                            assertThat(broken.firstGap().missing()).hasToString(gtids("8"));
                        });
    }

    @Test
    void aMissingFileIsAGapAndItsTransactionsAreNamed() {
        Continuity continuity =
                prove(part(1, 4, 100, "1-5", "6-7", true), part(3, 4, 100, "1-20", "21", false));
        assertThat(continuity.gaps())
                .singleElement()
                .satisfies(gap -> {
                    assertThat(gap.missing()).hasToString(gtids("8-20"));
                    assertThat(gap.reason()).contains("files");
                });
    }

    @Test
    void aFileWhoseBeginningIsMissingIsAGap() {
        assertThat(prove(part(1, 4, 100, "", "", true), part(2, 50, 100, "", "", false)).gaps())
                .hasSize(1);
    }

    /// Without GTIDs only the bytes can prove that nothing came behind.
    @Test
    void aFileThatMayHaveGoneOnIsAGapUnlessGtidsProveOtherwise() {
        assertThat(prove(part(1, 4, 100, "", "", false), part(2, 4, 100, "", "", false)).gaps())
                .hasSize(1);
        assertThat(prove(part(1, 4, 100, "", "", true), part(2, 4, 100, "", "", false)).gaps())
                .isEmpty();
        assertThat(
                        prove(part(1, 4, 100, "1", "2", false), part(2, 4, 100, "1-2", "3", false))
                                .gaps())
                .isEmpty();
        assertThat(
                        prove(part(1, 4, 100, "1", "2", false), part(2, 4, 100, "1-3", "4", false))
                                .gaps())
                .hasSize(1);
        assertThat(
                        prove(
                                        part(1, 4, 100, "", "", false),
                                        part(1, 100, 100, "", "", true),
                                        part(2, 4, 100, "", "", false))
                                .gaps())
                .isEmpty();
    }

    @Test
    void bytesThatTouchAndTransactionsThatDoNotAreAGap() {
        assertThat(
                        prove(
                                        part(1, 4, 100, "1-5", "6", false),
                                        part(1, 100, 200, "1-7", "8", false))
                                .gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap.missing()).hasToString(gtids("7")));
    }

    /// Goal: two archivers and merged parts beside their pieces prove the same as one clean row of
    /// parts. Method: cut one file at random twice, throw all parts together, remove random ones.
    @Test
    void overlappingPartsAreOneRunIffTheirBytesCoverTheFile(RandomGenerator random) {
        for (int round = 0; round < 200; round++) {
            int end = 30;
            var parts = new ArrayList<Continuity.Described>();
            for (int archiver = 0; archiver < 2; archiver++) {
                for (int at = 4; at < end; ) {
                    int next = Math.min(end, at + 1 + random.nextInt(8));
                    if (random.nextInt(4) != 0 || at == 4) {
                        // Each byte n is transaction n.
                        String before = at == 4 ? "1-3" : "1-" + (at - 1);
                        parts.add(part(1, at, next, before, at + "-" + (next - 1), next == end));
                    }
                    at = next;
                }
            }
            Collections.shuffle(parts, new Random(random.nextLong()));
            var bytes = new boolean[end];
            parts.forEach(part -> {
                for (long b = part.name().begin(); b < part.name().end(); b++) {
                    bytes[(int) b] = true;
                }
            });
            int holes = 0;
            for (int b = 5; b < end; b++) {
                holes += !bytes[b] && bytes[b - 1] ? 1 : 0;
            }
            boolean isCutShort = !bytes[end - 1];
            Continuity continuity = Continuity.prove(parts);
            assertThat(continuity.gaps()).hasSize(isCutShort ? holes - 1 : holes);
            for (Continuity.Run run : continuity.runs()) {
                GtidSet expected =
                        GtidSet.parse(gtids(run.begin().offset() + "-" + (run.end().offset() - 1)));
                assertThat(run.gtidsAdded()).isEqualTo(expected);
                long at = run.begin().offset();
                for (Continuity.Piece piece : run.pieces()) {
                    assertThat(piece.begin()).isEqualTo(at);
                    assertThat(piece.part().begin()).isLessThanOrEqualTo(at);
                    assertThat(piece.end()).isEqualTo(piece.part().end());
                    at = piece.end();
                }
                assertThat(at).isEqualTo(run.end().offset());
            }
        }
    }
}
