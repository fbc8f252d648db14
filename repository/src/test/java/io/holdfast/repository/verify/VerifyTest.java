package io.holdfast.repository.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.RepositoryFixture;
import io.holdfast.store.MemoryStore;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.StoredObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: no damage goes unseen. Method: a small repository with an object of every kind; every
/// single bit of it flipped, every prefix of every object, every object removed or exchanged.
final class VerifyTest {
    private final MemoryStore store = new MemoryStore();
    private final RepositoryFixture fixture = RepositoryFixture.small(store);

    private VerifyReport verify() {
        return Verify.everything(fixture.repository(), _ -> {});
    }

    private void replace(ObjectKey key, byte[] bytes) {
        boolean _ = store.delete(key);
        store.put(key, bytes);
    }

    @Test
    void aSoundRepositoryHasNoFindings() {
        VerifyReport report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.strangers()).isEmpty();
        assertThat(report.garbage()).isEmpty();
        assertThat(report.objects()).isEqualTo(store.list("").size());
        assertThat(report.bytes())
                .isEqualTo(store.list("").stream().mapToLong(StoredObject::bytes).sum());
    }

    @Test
    void everyFlippedBitIsFound() {
        for (StoredObject object : store.list("")) {
            ObjectKey key = object.key();
            byte[] sound = RepositoryFixture.bytes(store, key);
            for (int bit = 0; bit < sound.length * 8; bit++) {
                byte[] damaged = sound.clone();
                damaged[bit / 8] ^= (byte) (1 << (bit % 8));
                replace(key, damaged);
                assertThat(fixture.findsDamage(key)).as("bit %d of %s", bit, key).isTrue();
            }
            replace(key, sound);
        }
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void everyPrefixIsFound() {
        for (StoredObject object : store.list("")) {
            ObjectKey key = object.key();
            byte[] sound = RepositoryFixture.bytes(store, key);
            for (int length = 0; length < sound.length; length++) {
                replace(key, Arrays.copyOf(sound, length));
                assertThat(fixture.findsDamage(key)).as("%d bytes of %s", length, key).isTrue();
            }
            replace(key, sound);
        }
    }

    @Test
    void anIntactObjectInAnothersPlaceIsFound() {
        for (StoredObject object : store.list("packs/")) {
            for (StoredObject other : store.list("")) {
                if (!other.key().equals(object.key())) {
                    byte[] sound = RepositoryFixture.bytes(store, object.key());
                    replace(object.key(), RepositoryFixture.bytes(store, other.key()));
                    assertThat(verify().isSound())
                            .as("%s as %s", other.key(), object.key())
                            .isFalse();
                    replace(object.key(), sound);
                }
            }
        }
    }

    @Test
    void anObjectOfAnotherRepositoryIsFound() {
        var otherStore = new MemoryStore();
        RepositoryFixture other = RepositoryFixture.small(otherStore);
        ObjectKey foreign = other.backup().manifestKey();
        store.put(foreign, RepositoryFixture.bytes(otherStore, foreign));
        assertThat(verify().findings())
                .extracting(finding -> finding.problem().code().name())
                .contains("OBJECT_MISPLACED");
    }

    @Test
    void aMissingPackIsFoundWithTheBackupThatNeedsIt() {
        assertThat(store.delete(packOfBackup())).isTrue();
        for (VerifyReport report :
                List.of(verify(), Verify.backup(fixture.repository(), fixture.backup(), _ -> {}))) {
            assertThat(report.findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.object()).isEqualTo(fixture.backup().manifestKey());
                        assertThat(finding.problem().what()).contains("missing");
                    });
        }
    }

    @Test
    void oneBackupIsVerifiedWithoutReadingTheRest() {
        VerifyReport report = Verify.backup(fixture.repository(), fixture.backup(), _ -> {});
        assertThat(report.isSound()).isTrue();
        assertThat(report.objects()).isEqualTo(2);
    }

    private ObjectKey packOfBackup() {
        return fixture.repository()
                .openBackup(fixture.backup())
                .manifest()
                .packs()
                .getFirst()
                .pack()
                .key();
    }

    /// No backup needs it; but the next one would build on it.
    @Test
    void aMissingPackOfAnUnfinishedBackupIsFound() {
        for (StoredObject pack : store.list("packs/")) {
            if (!pack.key().equals(packOfBackup())) {
                assertThat(store.delete(pack.key())).isTrue();
            }
        }
        assertThat(verify().findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.object().text()).startsWith("unfinished/");
                    assertThat(finding.problem().what()).contains("missing");
                });
    }

    @Test
    void strangersAndGarbageAreNamedAndHarmless() {
        store.put(ObjectKey.of("notes/readme.txt"), new byte[3]);
        assertThat(store.delete(fixture.backup().manifestKey())).isTrue();
        VerifyReport report = verify();
        assertThat(report.isSound()).isTrue();
        assertThat(report.strangers()).containsExactly("notes/readme.txt");
        assertThat(report.garbage()).isNotEmpty();
    }
}
