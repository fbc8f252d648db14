package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.core.HoldfastException;
import io.holdfast.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Seeded
final class RedoSpoolTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void whatWentInComesOut(RandomGenerator random) {
        byte[] bytes = new byte[3 << 20];
        random.nextBytes(bytes);
        var out = new ByteArrayOutputStream();
        try (var spool = RedoSpool.create(folder, bytes.length)) {
            spool.accept(bytes, 0, 1000);
            spool.accept(bytes, 1000, bytes.length - 1000);
            spool.copyTo(out::write, bytes.length - 7);
        }
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(bytes, bytes.length - 7));
    }

    @Test
    void moreThanIsAllowedIsRefused() {
        try (var spool = RedoSpool.create(folder, 1024)) {
            spool.accept(new byte[1024], 0, 1024);
            assertThatThrownBy(() -> spool.accept(new byte[1], 0, 1))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure ->
                                    assertThat(failure.problem().code())
                                            .isEqualTo(BackupError.REDO_SPOOL_FULL));
            assertThat(spool.bytes()).isEqualTo(1024);
        }
    }

    /// A process that dies leaves nothing.
    @Test
    void theFileHasNoName() {
        try (var spool = RedoSpool.create(folder, 1024)) {
            assertThat(folder).isEmptyDirectory();
            assertThat(spool.bytes()).isZero();
        }
    }
}
