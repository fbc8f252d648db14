package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.physical.StoredSegment;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnfinishedBackupsTest {
    private final MemoryStore store = new MemoryStore();
    private final Repository repository = Repository.create(store);

    private List<UnfinishedBackup> left() {
        return repository.unfinished(TestBackups.SERVER).list();
    }

    @Test
    void whatABackupNotedIsThereWhenItIsBrokenOffAndIsNoBackup() {
        BackupId id;
        StoredSegment first;
        StoredSegment second;
        try (BackupWriter backup = repository.packing(1).beginBackup(TestBackups.SERVER, "test")) {
            id = backup.id();
            first = TestBackups.segment(backup, 0);
            assertThat(backup.stage(TestBackups.physicalState(), List.of(first))).isEmpty();
            second = TestBackups.segment(backup, 1);
            assertThat(backup.stage(TestBackups.physicalState(), List.of(second))).isEmpty();
            assertThat(backup.unfinished()).as("earlier ones").isEmpty();
        }
        assertThat(repository.catalogue().backupIds()).isEmpty();
        assertThat(left())
                .singleElement()
                .satisfies(unfinished -> {
                    assertThat(unfinished.backup()).isEqualTo(id);
                    assertThat(unfinished.segments()).containsExactly(first, second);
                    assertThat(unfinished.reader().manifest().packs())
                            .extracting(PackUse::pack)
                            .containsExactly(first.packs().getFirst(), second.packs().getFirst());
                    assertThat(TestBackups.readAll(unfinished.reader(), second.map()))
                            .containsExactly(1, 2, 3);
                });
    }

    @Test
    void whatIsNotDurableIsNotNoted() {
        try (BackupWriter backup = repository.beginBackup(TestBackups.SERVER, "test")) {
            StoredSegment segment = TestBackups.segment(backup, 0);
            assertThat(backup.stage(TestBackups.physicalState(), List.of(segment)))
                    .containsExactly(segment);
        }
        assertThat(left()).isEmpty();
        assertThat(store.list("unfinished/")).isEmpty();
    }

    @Test
    void manySegmentsAreNotedInSeveralDocuments() {
        try (BackupWriter backup = repository.packing(1).beginBackup(TestBackups.SERVER, "test")) {
            StoredSegment one = TestBackups.segment(backup, 0);
            List<StoredSegment> many =
                    java.util.stream.IntStream.range(0, 10_000).mapToObj(_ -> one).toList();
            assertThat(backup.stage(TestBackups.physicalState(), many)).isEmpty();
        }
        assertThat(store.list("unfinished/")).hasSize(2);
        assertThat(left().getFirst().segments()).hasSize(10_000);
    }

    @Test
    void theNextBackupFindsThemAndForgetsThemAll() {
        BackupId first = TestBackups.leaveUnfinished(repository);
        BackupId second = TestBackups.leaveUnfinished(repository);
        try (BackupWriter backup = repository.packing(1).beginBackup(TestBackups.SERVER, "test")) {
            StoredSegment segment = TestBackups.segment(backup, 0);
            assertThat(backup.stage(TestBackups.physicalState(), List.of(segment))).isEmpty();
            assertThat(backup.unfinished())
                    .extracting(UnfinishedBackup::backup)
                    .containsExactlyInAnyOrder(first, second);
            backup.forgetStages();
            assertThat(left()).hasSize(2);
            backup.forgetUnfinished();
        }
        assertThat(store.list("unfinished/")).isEmpty();
    }

    /// Their ids, of one second, say nothing of that.
    @Test
    void theyComeInTheOrderInWhichTheyBegan() {
        List<BackupId> inOrder = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            inOrder.add(TestBackups.leaveUnfinished(repository, TestBackups.TIME.plusMillis(i)));
        }
        assertThat(left()).extracting(UnfinishedBackup::backup).containsExactlyElementsOf(inOrder);
    }

    @Test
    void aStageThatCannotBeReadIsPassedOver() {
        BackupId damaged = TestBackups.leaveUnfinished(repository);
        BackupId sound = TestBackups.leaveUnfinished(repository);
        ObjectKey key = repository.unfinished(TestBackups.SERVER).key(damaged, 1);
        byte[] bytes = TestBackups.bytes(store, key);
        bytes[100] ^= 1;
        assertThat(store.delete(key)).isTrue();
        store.put(key, bytes);
        assertThat(left()).extracting(UnfinishedBackup::backup).containsExactly(sound);
    }
}
