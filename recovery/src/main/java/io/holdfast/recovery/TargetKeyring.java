package io.holdfast.recovery;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a mysqld will have a keyring, asked before anything is laid down. Whether the right keys
/// are in it shows when it starts.
final class TargetKeyring {
    private static final String KEYRING = "keyring";

    private TargetKeyring() {}

    /// Refuses a mysqld that loads no keyring component, if the backup has encrypted files.
    ///
    /// A server with a keyring *plugin* (before 9.0) is told of it by options, which are not looked
    /// at.
    static void mustBeThere(BackupReader backup, MysqldHome home) {
        PhysicalSection section = backup.manifest().state().physical();
        String keyring = section == null ? null : section.keyring();
        if (keyring == null || keyring.startsWith("keyring_") || loadsKeyring(home)) {
            return;
        }
        throw new RefusedException(
                Problem.of(RecoveryError.KEYRING_NEEDED)
                        .what(
                                "files are encrypted with keys of the keyring %s, and this mysqld loads none",
                                keyring)
                        .where("backup %s, mysqld in %s", backup.manifest().backup(), home.folder())
                        .remedy(
                                "Name the component in %s, as {\"components\": \"file://component_keyring_file\"}, and"
                                        + " give its configuration the original's keys, or a copy of them; or name a MySQL"
                                        + " that has them with --mysql-home.",
                                home.componentManifest()));
    }

    private static boolean loadsKeyring(MysqldHome home) {
        Path manifest = home.componentManifest();
        try {
            return Files.exists(manifest)
                    && Files.readString(manifest, StandardCharsets.UTF_8).contains(KEYRING);
        } catch (IOException _) {
            return false;
        }
    }
}
