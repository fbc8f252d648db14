package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.Repository;
import io.holdfast.repository.lease.LeaseTerms;
import io.holdfast.repository.verify.Verify;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.faulty.Fault;
import io.holdfast.store.faulty.FaultPlan;
import io.holdfast.store.faulty.FaultyStore;
import io.holdfast.testkit.Seeded;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: whichever operation of the store goes wrong during a real logical backup, there is a whole
/// backup or none, the server is unlocked, and the failure is told. Method: fail the n-th, for a
/// few n chosen by the seed among all there are (`holdfast.faults.all` tries every one).
@Seeded
class FailingStoreTest {
    private static final int CHOSEN = 12;

    @Test
    void theFailureOfAnyOperationLeavesAWholeBackupOrNone(RandomGenerator random) {
        try (var server = TestServer.start()) {
            try (Session root = Locks.root(server)) {
                root.execute("CREATE DATABASE shop");
                root.execute("CREATE TABLE shop.a (id INT PRIMARY KEY, v BLOB)");
                for (int id = 0; id < 40; id++) {
                    root.execute("INSERT INTO shop.a VALUES (" + id + ", RANDOM_BYTES(1024))");
                }
            }
            var store = new MemoryStore();
            Repository repository = Repository.create(store);
            var counting = new FaultyStore(store, FaultPlan.none());
            backUp(server, counting, 0);
            int n = 0;
            boolean all = Boolean.getBoolean("holdfast.faults.all");
            long tries = all ? 3 * counting.operations() : CHOSEN;
            for (int attempt = 0; attempt < tries; attempt++) {
                long operation = all ? 1 + attempt / 3 : 1 + random.nextLong(counting.operations());
                Fault fault =
                        switch (attempt % 3) {
                            case 0 -> new Fault.FailBefore(operation);
                            case 1 -> new Fault.FailAfter(operation);
                            default -> new Fault.Dead(operation);
                        };
                n = demandWholeOrNone(server, repository, store, fault, attempt + 1, n);
            }
            assertThat(Verify.everything(repository, _ -> {}).findings()).isEmpty();
        }
    }

    private static int demandWholeOrNone(
            TestServer server,
            Repository repository,
            ObjectStore store,
            Fault fault,
            int hours,
            int backupsBefore) {
        boolean isReported = false;
        try {
            backUp(server, new FaultyStore(store, FaultPlan.of(fault)), hours);
            isReported = true;
        } catch (HoldfastException failure) {
            assertThat(failure.exitStatus()).as("%s after %s", failure, fault).isIn(3, 4, 5);
            assertThat(failure.problem().where()).isNotBlank();
            assertThat(failure.problem().remedy()).isNotBlank();
        }
        List<BackupListing> listed = repository.catalogue().backups();
        assertThat(listed).as("%s", fault).allMatch(BackupListing.Whole.class::isInstance);
        int more = listed.size() - 1 - backupsBefore;
        // A backup may exist although the last answer was lost; never the other way round.
        assertThat(more).as("%s", fault).isBetween(isReported ? 1 : 0, 1);
        Locks.demandNone(server);
        return listed.size() - 1;
    }

    private static void backUp(TestServer server, ObjectStore store, int hours) {
        Repository.Surroundings system = Repository.Surroundings.system();
        var later =
                new Repository.Surroundings(
                        InstantSource.offset(system.clock(), Duration.ofHours(hours)),
                        system.random(),
                        LeaseTerms.DEFAULT);
        var connect =
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY);
        var _ =
                new LogicalBackup(
                                connect,
                                Repository.open(store, later),
                                LogicalBackupOptions.defaults().withThreads(2),
                                Progress.NONE)
                        .run();
    }
}
