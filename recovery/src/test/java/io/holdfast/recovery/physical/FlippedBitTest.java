package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.GtidSet;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.store.DirectoryStore;
import io.holdfast.testkit.OrdinaryPages;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whichever bit of a repository is flipped, a restore either says which object or which
/// backup is damaged, or does not need that bit: it never makes other files. Method: flip one
/// anywhere, restore, flip it back.
@Seeded
final class FlippedBitTest {
    private static final int FLIPS = 120;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path folder;

    @Test
    void noFlippedBitMakesAnotherServer(RandomGenerator random) throws IOException {
        Path store = folder.resolve("repository");
        byte[] a = OrdinaryPages.pages(5, 70, random);
        Arrays.fill(a, 20 * OrdinaryPages.PAGE_BYTES, 60 * OrdinaryPages.PAGE_BYTES, (byte) 0);
        byte[] csv = new byte[] {'a', ',', 'b'};
        BackupId backup;
        try (var backups = new Backups(DirectoryStore.create(store))) {
            backups.add(MadeUpPages.file(backups, "shop/a.ibd", 5, a));
            backups.add(new PhysicalFile.Other("mysql/log.CSV", backups.stream(csv)));
            backup = backups.of(StreamRef.EMPTY, 8_716, 8_716).manifest().backup();
        }
        List<Path> objects;
        try (Stream<Path> entries = Files.walk(store)) {
            objects = entries.filter(Files::isRegularFile).sorted().toList();
        }
        int found = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            Path object = objects.get(random.nextInt(objects.size()));
            byte[] bytes = Files.readAllBytes(object);
            int bit = random.nextInt(bytes.length * 8);
            flip(object, bytes, bit);
            Path into = folder.resolve("into-" + flip);
            try {
                RecoveredFolder made = restore(store, backup, into);
                assertThat(made.data().resolve("shop/a.ibd")).hasBinaryContent(a);
                assertThat(made.data().resolve("mysql/log.CSV")).hasBinaryContent(csv);
            } catch (HoldfastException damage) {
                found++;
                assertThat(damage.problem().render())
                        .as("bit %d of %s", bit, object)
                        .containsAnyOf(
                                backup.text(), store.relativize(object).toString(), "repository");
            }
            flip(object, bytes, bit);
        }
        assertThat(found).isGreaterThan(FLIPS / 4);
    }

    private static void flip(Path object, byte[] bytes, int bit) throws IOException {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(object, bytes);
    }

    private static RecoveredFolder restore(Path store, BackupId backup, Path into) {
        Repository repository = Repository.open(DirectoryStore.open(store));
        var made =
                RecoveredFolder.make(
                        into,
                        new Marker(
                                Marker.Stage.UNFINISHED,
                                "",
                                "",
                                "",
                                GtidSet.EMPTY,
                                null,
                                null,
                                Marker.Attempt.NONE));
        var laying = new PageLaying(repository.openBackup(backup), made, 2, Progress.NONE);
        laying.layFiles();
        laying.layRedo(4711, "MySQL 9.7.4");
        return made;
    }
}
