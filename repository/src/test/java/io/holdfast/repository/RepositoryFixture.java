package io.holdfast.repository;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.TableName;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.ArchivePartWriter;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.PartFacts;
import io.holdfast.repository.archive.PartIndex;
import io.holdfast.repository.archive.PartRange;
import io.holdfast.repository.archive.TransactionEntry;
import io.holdfast.repository.archive.TransactionEntry.Kind;
import io.holdfast.repository.archive.TransactionEntry.Name;
import io.holdfast.repository.archive.TransactionEntry.Statement;
import io.holdfast.repository.archive.TransactionEntry.TableRows;
import io.holdfast.repository.verify.Verify;
import io.holdfast.store.ByteRange;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A small repository with an object of every kind that version 1 writes, the same at every run for
/// the same seed.
public record RepositoryFixture(ObjectStore store, Repository repository, BackupId backup) {
    private static final String U = TestBackups.SERVER.toString();

    /// A repository in the store, which must be empty; each call's is another one.
    public static RepositoryFixture small(ObjectStore store) {
        return small(store, System.nanoTime());
    }

    /// As [#small(ObjectStore)], with given randomness.
    public static RepositoryFixture small(ObjectStore store, long seed) {
        Repository repository = Repository.create(store, TestBackups.surroundings(seed));
        byte[] compressible = "row ".repeat(60).getBytes(StandardCharsets.US_ASCII);
        byte[] incompressible = TestBackups.random(new java.util.Random(1), 50);
        BackupId backup =
                TestBackups.write(repository, List.of(compressible, incompressible)).backup();
        new PackTable(1, Map.of()).publish(repository.envelopes());
        writeArchive(repository);
        TestBackups.leaveUnfinished(repository);
        return new RepositoryFixture(store, repository, backup);
    }

    private static void writeArchive(Repository repository) {
        HistoryArchive history =
                new Archive(repository)
                        .begin(
                                TestBackups.SERVER,
                                new History.Beginning(
                                        History.Reason.NEW,
                                        null,
                                        "binlog.000042",
                                        GtidSet.parse(U + ":1-77"),
                                        ""));
        byte[] log = "event".repeat(20).getBytes(StandardCharsets.US_ASCII);
        try (ArchivePartWriter part =
                history.createPart(new PartRange("binlog.000042", 4, 4 + log.length))) {
            part.write(log);
            part.commit(
                    new PartFacts(
                            "9.7.4",
                            GtidSet.parse(U + ":1-77"),
                            GtidSet.parse(U + ":78"),
                            1,
                            0,
                            TestBackups.TIME,
                            TestBackups.TIME,
                            "AQID",
                            "CRC32",
                            false,
                            "fixture"),
                    index());
        }
        history.putDefinitions(
                new BinlogPosition("binlog.000042", 4),
                true,
                out -> {
                    try {
                        out.write("{\"table\":\"grades\"}\n".getBytes(StandardCharsets.UTF_8));
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                });
    }

    /// One transaction with everything an entry can have.
    public static PartIndex index() {
        return PartIndex.of(
                List.of(
                        new TransactionEntry(
                                Gtid.parse(U + ":78"),
                                10,
                                90,
                                1_763_827_800_123_456L,
                                1_763_827_800_000_001L,
                                Kind.DDL,
                                List.of(
                                        new TableRows(
                                                new TableName("university", "grades"),
                                                1,
                                                2,
                                                3,
                                                true)),
                                List.of(
                                        new Statement(
                                                "DROP",
                                                "TABLE",
                                                List.of(new Name("university", "grades", "")),
                                                "DROP TABLE grades",
                                                "university")),
                                17,
                                true,
                                true)));
    }

    /// Whether reading that one object as its kind, as verify does, finds it damaged. Opening the
    /// repository anew counts, for the root.
    public boolean findsDamage(ObjectKey key) {
        try {
            Repository opened = key.text().equals("root") ? Repository.open(store) : repository;
            return !Verify.object(opened, key).isSound();
        } catch (HoldfastException _) {
            return true;
        }
    }

    /// An object's bytes.
    public static byte[] bytes(ObjectStore store, ObjectKey key) {
        return store.readRange(key, new ByteRange(0, store.bytes(key).orElseThrow()));
    }
}
