package io.holdfast.backup.physical;

import io.holdfast.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells whether a file is the very file that it was, whatever was written to it since: by its
/// number in the file system and the time when it was made. A file that takes another's place was
/// made later, or was beside it with another number.
final class FileIdentity {
    private FileIdentity() {}

    /// The identity; null where the file system gives none. Where it does not know when files were
    /// made, the time of the last change stands for it, so that a file that was changed seems to be
    /// another one: that costs reading it, and nothing else.
    static @Nullable String of(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return key == null
                    ? null
                    : Text.format("%s %d", key, attributes.creationTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException _) {
            return null;
        }
    }
}
