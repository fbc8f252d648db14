package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Recoveries that must not come about: from damaged objects, to moments that nothing leads to,
/// into folders that hold something.
@Seeded
class BrokenRecoveryTest {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Protected its;

    @BeforeAll
    static void protect() throws IOException, InterruptedException {
        its = new Protected();
    }

    @AfterAll
    static void close() {
        its.close();
    }

    @Test
    void aFlippedBitInAPackIsFoundAndNeverRestored(RandomGenerator random) throws Exception {
        for (Path pack : its.line.objects("packs")) {
            byte[] bytes = Files.readAllBytes(pack);
            int description = description(bytes);
            int table = table(bytes);
            int drawn = random.nextInt(bytes.length - (table - description));
            flip(pack, drawn < description ? drawn : drawn + table - description, random);
            try {
                demandNothingMade("restore", 5, pack, "restore", its.backup);
            } finally {
                restoreBytes(pack);
            }
        }
    }

    @Test
    void aFlippedBitInAManifestIsFoundAndNeverRestored(RandomGenerator random) throws Exception {
        Path manifest = its.line.objects("backups").getFirst();
        flip(manifest, random.nextInt((int) Files.size(manifest)), random);
        try {
            demandNothingMade("restore", 5, manifest, "restore", its.backup);
        } finally {
            restoreBytes(manifest);
        }
    }

    @Test
    void aFlippedBitInAnArchivePartIsFoundAndNeverReplayed(RandomGenerator random)
            throws Exception {
        Path part =
                its.line.objects("archive").stream()
                        .filter(object -> object.toString().endsWith(".part"))
                        .max(java.util.Comparator.comparingLong(object -> object.toFile().length()))
                        .orElseThrow();
        flip(part, random.nextInt((int) Files.size(part)), random);
        try {
            demandNothingMade("recover", 5, part, "recover", "--to", "latest");
        } finally {
            restoreBytes(part);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2020-01-01T00:00:00Z,         3, TARGET_TIME_NOT_COVERED",
        "2099-01-01T00:00:00Z,         3, TARGET_TIME_NOT_COVERED",
        "gtid:UUID:1000,               3, MOMENT_NOT_FOUND",
        "gtid:UUID:1,                  3, NO_BACKUP_BEFORE_MOMENT",
        "binlog.000099:4,              3, TARGET_TIME_NOT_COVERED",
        "binlog.000001:200,            3, MOMENT_INSIDE_TRANSACTION",
        "before-statement:DROP TABLE shop.never, 3, MOMENT_NOT_FOUND",
        "2026-10-05T14:36:59,          2, MOMENT_WITHOUT_ZONE",
        "2026-13-05T14:36:59Z,         2, MOMENT_MALFORMED",
        "yesterday,                    2, MOMENT_MALFORMED",
    })
    void aMomentThatNothingLeadsToIsRefused(String moment, int status, String code)
            throws Exception {
        Path into = its.line.folder().resolve("never");
        its.line
                .run(
                        its.line.withRepository(
                                "recover",
                                "--to",
                                moment.replace("UUID", its.uuid),
                                "--into",
                                into.toString()))
                .failed(status, code);
        assertThat(into).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"restore", "recover"})
    void aFolderThatHoldsSomethingIsLeftAlone(String verb) throws Exception {
        Path into = Files.createDirectories(its.line.folder().resolve("full-" + verb));
        Files.writeString(into.resolve("diary"), "mine");
        String[] words =
                verb.equals("restore")
                        ? new String[] {verb, its.backup, "--into", into.toString()}
                        : new String[] {verb, "--to", "latest", "--into", into.toString()};
        its.line.run(its.line.withRepository(words)).failed(3, "TARGET_NOT_EMPTY");
        try (var entries = Files.list(into)) {
            assertThat(entries.map(Path::getFileName).map(Path::toString).toList())
                    .containsExactly("diary");
        }
        assertThat(into.resolve("diary")).hasContent("mine");
    }

    /// Goal: no data is given to a mysqld that would misread it. Method: programs that only say
    /// which version they are, which is all that may be asked of them.
    @ParameterizedTest
    @CsvSource({
        "mysqld  Ver 8.0.36 for Linux on x86_64,                MYSQLD_TOO_OLD",
        "mysqld  Ver 8.0.29 for Linux on x86_64,                MYSQL_VERSION_UNSUPPORTED",
        "mysqld  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux, MYSQLD_IS_MARIADB",
    })
    void aMysqldThatMightMisreadTheDataIsRefused(String answer, String code) throws Exception {
        Path home = Files.createDirectories(its.line.folder().resolve("home-" + code));
        Path program = Files.createDirectories(home.resolve("bin")).resolve("mysqld");
        Files.writeString(program, "#!/bin/sh\necho '" + answer + "'\n");
        Files.setPosixFilePermissions(
                program, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Path into = its.line.folder().resolve("older");
        for (String verb : new String[] {"recover", "restore"}) {
            String[] words =
                    verb.equals("restore")
                            ? new String[] {verb, its.backup}
                            : new String[] {verb, "--to", "latest"};
            String[] all = java.util.Arrays.copyOf(words, words.length + 4);
            all[words.length] = "--into";
            all[words.length + 1] = into.toString();
            all[words.length + 2] = "--mysql-home";
            all[words.length + 3] = home.toString();
            its.line.run(its.line.withRepository(all)).failed(3, code);
            assertThat(into).doesNotExist();
        }
    }

    @Test
    void aBackupIsNotRestoredIntoTheServerThatHasEverything() throws Exception {
        its.line
                .run(
                        its.line.withRepository(
                                "restore",
                                its.backup,
                                "--server",
                                "mysql://root@127.0.0.1:" + its.server.port()))
                .failed(3, "LOAD_TARGET_NOT_EMPTY");
    }

    private static void demandNothingMade(String name, int status, Path damaged, String... words)
            throws Exception {
        Path into = its.line.folder().resolve("broken-" + name);
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--into";
        all[words.length + 1] = into.toString();
        CommandLine.Ended ended = its.line.run(its.line.withRepository(all));
        assertThat(ended.status()).as("%s", ended).isEqualTo(status);
        assertThat(ended.error())
                .contains("error[OBJECT_")
                .contains("do:    ")
                .contains(String.valueOf(damaged.getFileName()));
        assertThat(into).doesNotExist();
        assertThat(ProcessHandle.current().descendants())
                .as("servers of commands")
                .noneMatch(process ->
                        process.info().commandLine().orElse("").contains(into.toString()));
    }

    /// Where a pack's last block begins, which says for `verify` and for people whose the pack is.
    /// No restore reads it, so none finds damage there. Offsets: docs/formats/repository.md, 3.2
    /// and 3.3.
    private static int description(byte[] pack) {
        int table = table(pack);
        var bytes = ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN);
        int blockCount = bytes.getInt(pack.length - 96 + 8);
        return table - 48 - bytes.getInt(table + 40 * (blockCount - 1));
    }

    private static int table(byte[] object) {
        return (int)
                ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).getLong(object.length - 96);
    }

    /// Flips some bit of a byte.
    private static void flip(Path object, int at, RandomGenerator random) throws IOException {
        byte[] bytes = Files.readAllBytes(object);
        Files.write(saved(object), bytes);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.setPosixFilePermissions(
                object, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.write(object, bytes);
    }

    private static void restoreBytes(Path object) throws IOException {
        Files.move(saved(object), object, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path saved(Path object) {
        return its.line.folder().resolve("saved-" + object.getFileName());
    }
}
