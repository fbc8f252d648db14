package io.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: what a killed process left goes, also if its number is another's by now, as in a container
/// where it is the same each time; what a running one has stays. Method: this process's folder, as
/// if it were older than the process.
final class ProcessFolderTest {
    private static final String PREFIX = "proof-";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path parent;

    @Test
    void aFolderIsNotItsProcesssIfItIsOlder() throws IOException {
        RecoveredFolder own = make();
        ProcessFolder.removeLeft(parent, PREFIX);
        assertThat(own.folder()).isDirectory();

        Instant began = ProcessHandle.current().info().startInstant().orElseThrow();
        Files.setLastModifiedTime(own.folder(), FileTime.from(began.minus(Duration.ofMinutes(1))));
        Path others = Files.createDirectory(parent.resolve(PREFIX + "999999999"));
        Path notes = Files.createDirectory(parent.resolve(PREFIX + "notes"));
        ProcessFolder.removeLeft(parent, PREFIX);
        assertThat(own.folder()).doesNotExist();
        assertThat(others).as("without our marker").isDirectory();
        assertThat(notes).isDirectory();
        assertThat(make().folder()).isEqualTo(own.folder());
    }

    private RecoveredFolder make() {
        return ProcessFolder.make(parent, PREFIX, new BackupId("20261128t000000z-00000000"));
    }
}
