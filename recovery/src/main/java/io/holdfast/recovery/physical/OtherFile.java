package io.holdfast.recovery.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.physical.PhysicalFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Writes files that are not InnoDB's.
final class OtherFile {
    private OtherFile() {}

    /// Writes the content of a file that was made.
    ///
    /// @throws CorruptDataException naming the file, if it is not what was backed up
    static void copy(BackupReader backup, PhysicalFile.Other file, LaidFolder folder, Path place) {
        LaidFolder.doing(
                place,
                () -> {
                    try (StreamInput in = backup.open(file.content());
                            FileChannel channel = folder.open(place)) {
                        in.transferTo((bytes, offset, byteCount) -> {
                            try {
                                LaidFolder.write(
                                        channel, bytes, offset, byteCount, channel.position());
                                channel.position(channel.position() + byteCount);
                            } catch (IOException failure) {
                                throw new UncheckedIOException(failure);
                            }
                        });
                    } catch (UncheckedIOException failure) {
                        throw failure.getCause();
                    } catch (CorruptDataException damage) {
                        throw FileDamage.at(
                                backup,
                                file.path() + "; " + damage.problem().where(),
                                damage.problem().what());
                    }
                });
    }
}
