package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Goal: what is listed as a backup can be restored, and a backup that cannot be is in nobody's
/// way. Method: a flipped bit in the newest manifest, then in all, with the catalogue as it was.
@Seeded
class DamagedManifestTest {
    @Test
    void aDamagedBackupIsListedAsSuchAndPassedOver(RandomGenerator random) throws Exception {
        try (var its = new Protected()) {
            its.line
                    .run(
                            its.line.withRepository(
                                    "backup",
                                    "--logical",
                                    "--defaults-file",
                                    its.line.rootOf(its.server).toString()))
                    .succeeded();
            String newest = its.line.wholeBackups().getLast();
            assertThat(newest).isNotEqualTo(its.backup);
            assertThat(its.line.run(its.line.withRepository("verify")).succeeded().out())
                    .contains("all as written");
            assertThat(its.line.run(older(its)).succeeded().out())
                    .contains("backup " + its.backup)
                    .doesNotContain(newest);
            Path manifest = manifest(its, newest);
            flip(manifest, random);

            String listed = its.line.run(its.line.withRepository("list")).succeeded().out();
            assertThat(listed)
                    .contains(newest + "  DAMAGED")
                    .contains(String.valueOf(manifest.getFileName()))
                    .contains("    do:    ")
                    .contains("backup " + its.backup + ")");
            String json = its.line.run(its.line.withRepository("list", "--json")).succeeded().out();
            assertThat(json)
                    .contains("\"id\":\"" + newest + "\",\"state\":\"damaged\"")
                    .contains("\"id\":\"" + its.backup + "\",\"state\":\"whole\"");

            String verified =
                    its.line
                            .run(its.line.withRepository("verify"))
                            .failed(5, "OBJECT_DAMAGED")
                            .out();
            assertThat(verified).contains("DAMAGED backups/" + newest + ".manifest");
            assertThat(
                            its.line
                                    .run(its.line.withRepository("verify", its.backup))
                                    .succeeded()
                                    .out())
                    .contains("all as written");

            Path into = its.line.folder().resolve("into");
            CommandLine.Ended recovered = its.line.run(recover(its, into)).succeeded();
            assertThat(recovered.out()).contains("from backup " + its.backup);
            assertThat(recovered.error()).contains(newest + " is damaged and passed over");

            flip(manifest(its, its.backup), random);
            Path never = its.line.folder().resolve("never");
            CommandLine.Ended refused =
                    its.line.run(recover(its, never)).failed(5, "BACKUP_NOT_USABLE");
            assertThat(refused.error()).contains(newest);
            assertThat(never).doesNotExist();
        }
    }

    /// A plan that begins with the older backup because it was asked to.
    private static String[] older(Protected its) {
        return its.line.withRepository(
                "recover",
                "--to",
                "latest",
                "--dry-run",
                "--backup",
                its.backup,
                "--into",
                its.line.folder().resolve("nowhere").toString());
    }

    private static String[] recover(Protected its, Path into) {
        return its.line.withRepository("recover", "--to", "latest", "--into", into.toString());
    }

    private static Path manifest(Protected its, String backup) throws IOException {
        return its.line.objects("backups").stream()
                .filter(object -> object.toString().contains(backup))
                .findFirst()
                .orElseThrow();
    }

    private static void flip(Path object, RandomGenerator random) throws IOException {
        byte[] bytes = Files.readAllBytes(object);
        int bit = random.nextInt(8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        Files.setPosixFilePermissions(
                object, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.write(object, bytes);
    }
}
