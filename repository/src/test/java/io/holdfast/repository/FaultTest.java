package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.HoldfastException;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.repository.verify.Verify;
import io.holdfast.repository.verify.VerifyReport;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.faulty.Fault;
import io.holdfast.store.faulty.FaultPlan;
import io.holdfast.store.faulty.FaultyStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whatever store operation fails, a backup is whole or does not exist, and what was there
/// before stays sound. Method: fail the n-th operation of writing a backup for n = 1, 2, 3 … until
/// the backup gets through.
final class FaultTest {
    private static final List<byte[]> CONTENTS =
            List.of(
                    new byte[300_000],
                    TestBackups.random(new java.util.Random(5), 2_500_000),
                    new byte[10]);

    @TempDir Path folder;

    @Test
    void anyOneFailedOperationLeavesAWholeBackupOrNone() {
        assertThat(failEach(new MemoryStore(), Fault.FailBefore::new)).isGreaterThan(20);
    }

    @Test
    void anyOneLostAnswerLeavesAWholeBackupOrNone() {
        assertThat(failEach(new MemoryStore(), Fault.FailAfter::new)).isGreaterThan(20);
    }

    @Test
    void deathAtAnyMomentLeavesAWholeBackupOrNone() {
        assertThat(failEach(new MemoryStore(), Fault.Dead::new)).isGreaterThan(20);
    }

    @Test
    void aDiskFullAtAnyMomentLeavesAWholeBackupOrNone() {
        DirectoryStore store = DirectoryStore.create(folder);
        assertThat(failEach(store, Fault.Full::new)).isGreaterThan(20);
        assertThat(store.removeLeftovers(InstantSource.system(), Duration.ofDays(-1))).isZero();
    }

    /// Of two threads that write, the second to meet a dead store may be the one that is heard.
    @Test
    void everyStreamOfABackupFailsAsTheFirstDid() {
        long begun = failingAfter(Long.MAX_VALUE);
        assertThat(failingAfter(begun)).isEqualTo(begun + 1);
    }

    /// @return how many operations were tried before the first stream failed, or it was not to fail
    private static long failingAfter(long operations) {
        boolean isFailing = operations < Long.MAX_VALUE;
        var store = new MemoryStore();
        Repository repository = Repository.create(store);
        var faulty =
                new FaultyStore(
                        store,
                        FaultPlan.of(new Fault.Dead(isFailing ? operations + 1 : operations)));
        byte[] content = TestBackups.random(new java.util.Random(5), 3_000_000);
        try (BackupWriter backup = Repository.open(faulty).beginBackup(TestBackups.SERVER, "test");
                StreamWriter first = backup.openStream();
                StreamWriter second = backup.openStream()) {
            if (!isFailing) {
                return faulty.operations();
            }
            assertThatThrownBy(() -> first.write(content, 0, content.length))
                    .isInstanceOf(UnavailableException.class);
            long tried = faulty.operations();
            assertThatThrownBy(() -> second.write(content, 0, content.length))
                    .isInstanceOf(UnavailableException.class);
            assertThat(repository.catalogue().backups()).isEmpty();
            return tried;
        }
    }

    /// @return how many operations a backup takes
    private static long failEach(ObjectStore store, LongFunction<Fault> fault) {
        Repository repository = Repository.create(store);
        BackupId earlier = TestBackups.write(repository, CONTENTS).backup();
        int backups = 1;
        for (long n = 1; ; n++) {
            var faulty = new FaultyStore(store, FaultPlan.of(fault.apply(n)));
            boolean isReported;
            try {
                Manifest _ = TestBackups.write(openHoursLater(faulty, n), CONTENTS);
                isReported = true;
            } catch (HoldfastException _) {
                isReported = false;
            }
            List<BackupListing> listed = Repository.open(store).catalogue().backups();
            if (isReported) {
                assertThat(listed).hasSize(backups + 1);
            }
            backups = listed.size();
            assertThat(listed).allMatch(listing -> listing instanceof BackupListing.Whole);
            assertSound(repository, earlier);
            assertSound(repository, listed.getLast().backup());
            if (faulty.operations() < n) {
                VerifyReport all = Verify.everything(repository, _ -> {});
                assertThat(all.findings()).isEmpty();
                return n - 1;
            }
        }
    }

    /// Each attempt is made hours after the one before, when a lease that could not be given back
    /// has expired.
    private static Repository openHoursLater(ObjectStore store, long hours) {
        Repository.Surroundings system = Repository.Surroundings.system();
        return Repository.open(
                store,
                new Repository.Surroundings(
                        InstantSource.offset(system.clock(), Duration.ofHours(hours)),
                        system.random(),
                        LeaseTerms.DEFAULT));
    }

    private static void assertSound(Repository repository, BackupId backup) {
        assertThat(Verify.backup(repository, backup, _ -> {}).findings()).isEmpty();
    }
}
