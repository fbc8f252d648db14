package io.holdfast.repository.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Repository;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class ArchiveMergeTest {
    private static final String U = ArchiveTest.SERVER.toString();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-22T16:00:00Z"));
    private final MemoryStore store = new MemoryStore();
    private final Archive archive =
            new Archive(
                    Repository.create(
                            store,
                            new Repository.Surroundings(
                                    now::get,
                                    new java.security.SecureRandom(),
                                    LeaseTerms.DEFAULT)));
    private final HistoryArchive history = ArchiveTest.begin(archive);
    private final ArchiveMerge.Policy policy =
            new ArchiveMerge.Policy(1000, 4, Duration.ofMinutes(10));

    private byte[] writeSmallParts(
            RandomGenerator random, String file, int count, boolean endsFile) {
        var all = new ByteArrayOutputStream();
        long at = 4;
        for (int i = 0; i < count; i++) {
            byte[] bytes = ArchiveTest.bytes(random, 50);
            all.writeBytes(bytes);
            var range = new PartRange(file, at, at + bytes.length);
            PartIndex index =
                    PartIndex.of(
                            List.of(
                                    new TransactionEntry(
                                            io.holdfast.core.Gtid.parse(U + ":" + (10 + i)),
                                            at,
                                            at + 50,
                                            i,
                                            i,
                                            TransactionEntry.Kind.EMPTY,
                                            List.of(),
                                            List.of(),
                                            0,
                                            true,
                                            true)));
            PartFacts facts =
                    ArchiveTest.facts(
                            U + ":1-" + (9 + i), U + ":" + (10 + i), endsFile && i == count - 1);
            PartName _ = ArchiveTest.write(history, range, bytes, facts, index);
            at += bytes.length;
        }
        return all.toByteArray();
    }

    @Test
    void smallPartsBecomeOneAndGoOnlyWhenItHasStoodForAWhile(RandomGenerator random) {
        byte[] log = writeSmallParts(random, "binlog.000007", 7, true);
        Continuity before = history.continuity();
        ArchiveMerge.Plan plan = ArchiveMerge.plan(history.parts(), policy);
        assertThat(plan.groups()).singleElement().satisfies(group -> assertThat(group).hasSize(7));
        PartName merged = ArchiveMerge.execute(history, plan, policy).getFirst();
        assertThat(history.parts()).hasSize(8);
        assertSameProof(before);

        ArchiveMerge.Plan second = ArchiveMerge.plan(history.parts(), policy);
        assertThat(second.groups()).isEmpty();
        assertThat(second.swallowed()).hasSize(7);
        assertThat(ArchiveMerge.execute(history, second, policy)).isEmpty();
        assertThat(history.parts()).hasSize(8);

        now.updateAndGet(time -> time.plus(Duration.ofMinutes(11)));
        assertThat(ArchiveMerge.execute(history, second, policy)).isEmpty();
        assertThat(history.parts()).containsExactly(merged);
        assertSameProof(before);
        assertThat(history.index(merged).transactions()).hasSize(7);
        var bytes = new ByteArrayOutputStream();
        try (var in = history.openPart(merged).openAt(4)) {
            in.transferTo((piece, offset, count) -> bytes.write(piece, offset, count));
        }
        assertThat(bytes.toByteArray()).isEqualTo(log);
        assertThat(store.list("archive/").stream().filter(o -> o.key().text().endsWith(".index")))
                .hasSize(1);
    }

    private void assertSameProof(Continuity before) {
        Continuity after = history.continuity();
        assertThat(after.coverage()).isEqualTo(before.coverage());
        assertThat(after.runs().getFirst().byteCount())
                .isEqualTo(before.runs().getFirst().byteCount());
    }

    @Test
    void fewPartsOfAFileThatGoesOnAreLeftAlone(RandomGenerator random) {
        byte[] _ = writeSmallParts(random, "binlog.000007", 3, false);
        assertThat(ArchiveMerge.plan(history.parts(), policy).groups()).isEmpty();
        byte[] _ = writeSmallParts(random, "binlog.000008", 1, false);
        assertThat(ArchiveMerge.plan(history.parts(), policy).groups()).hasSize(1);
    }

    /// A server that crashed leaves one that only tells where its file ended.
    @Test
    void anEmptyPartIsNotMergedAgainAndAgain(RandomGenerator random) {
        var parts = new ArrayList<PartName>();
        for (PartRange range :
                List.of(
                        new PartRange("b.1", 4, 500),
                        new PartRange("b.1", 500, 500),
                        new PartRange("b.2", 4, 100))) {
            parts.add(PartName.create(history.id(), range, random));
        }
        assertThat(ArchiveMerge.plan(parts, policy).groups()).isEmpty();
    }

    @Test
    void noGroupExceedsTheTargetOrSpansAGap(RandomGenerator random) {
        for (int round = 0; round < 100; round++) {
            var parts = new ArrayList<PartName>();
            long at = 4;
            for (int i = 0; i < 50; i++) {
                at += random.nextInt(6) == 0 ? 7 : 0;
                long end = at + random.nextInt(400);
                parts.add(
                        PartName.create(
                                history.id(), new PartRange("b." + (1 + i / 20), at, end), random));
                at = i % 20 == 19 ? 4 : end;
            }
            for (List<PartName> group : ArchiveMerge.plan(parts, policy).groups()) {
                assertThat(group).hasSizeGreaterThan(1);
                assertThat(group.getLast().end() - group.getFirst().begin())
                        .isLessThanOrEqualTo(1000);
                for (int i = 1; i < group.size(); i++) {
                    assertThat(group.get(i).begin()).isEqualTo(group.get(i - 1).end());
                    assertThat(group.get(i).fileNumber()).isEqualTo(group.get(i - 1).fileNumber());
                }
            }
        }
    }
}
