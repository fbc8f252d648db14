package io.holdfast.servertests.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.BinlogExport;
import io.holdfast.client.Session;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Goal: of a server that encrypts its log, the archive holds the files decrypted. Method:
/// `binlog_encryption` with the keyring file component; the witness is what mysqlbinlog gets from
/// the server.
///
/// mysqld looks for the list of components beside its program, and a component for its settings
/// beside its library. Both places are made of links to the real ones.
class EncryptedLogTest {
    @Test
    void whatIsExportedIsTheDecryptedFile() throws Exception {
        try (var archive = new RunningArchiver()) {
            Path folder = archive.folder();
            Path plugins = Files.createDirectory(folder.resolve("plugins"));
            MysqldHome home = homeWithKeyring(folder, plugins);
            DataDirectory data =
                    DataDirectory.initialise(TestServer.home(), folder.resolve("data"), List.of());
            StartOptions options =
                    StartOptions.in(folder.resolve("run"))
                            .withOptions(
                                    "--server-id=1",
                                    "--log-bin=binlog",
                                    "--gtid-mode=ON",
                                    "--enforce-gtid-consistency=ON",
                                    "--binlog-encryption=ON",
                                    "--plugin-dir=" + plugins);
            try (MysqldProcess server = MysqldProcess.start(home, data, options);
                    Session session = Session.open(RunningArchiver.socket(server.socket()))) {
                session.execute("CREATE DATABASE d");
                session.execute("CREATE TABLE d.t (id INT PRIMARY KEY, v LONGBLOB)");
                for (int id = 0; id < 200; id++) {
                    session.execute("INSERT INTO d.t VALUES (" + id + ", RANDOM_BYTES(1000))");
                }
                session.execute("INSERT INTO d.t VALUES (1000, REPEAT('large', 1000000))");
                session.execute("FLUSH BINARY LOGS");
                session.execute("INSERT INTO d.t VALUES (1001, 'next')");
                archive.catchUp(
                        RunningArchiver.socket(server.socket()),
                        RunningArchiver.small().withFrom("binlog.000001"));
                compare(archive, server);
            }
        }
    }

    private static void compare(RunningArchiver archive, MysqldProcess server)
            throws IOException, InterruptedException {
        Path own = server.data().folder().resolve("binlog.000001");
        assertThat(magic(own)).isEqualTo(0xFD);
        Path witness = Files.createDirectory(archive.folder().resolve("witness"));
        var command = new ArrayList<>(TestServer.home().toolCommand("mysqlbinlog"));
        command.addAll(
                List.of(
                        "--no-defaults",
                        "--read-from-remote-server",
                        "--raw",
                        "--user=root",
                        "--socket=" + server.socket(),
                        "--result-file=" + witness + "/",
                        "binlog.000001"));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();

        Path exported = archive.folder().resolve("export");
        var request = new BinlogExport.Request(exported, "binlog.000001", false);
        assertThat(BinlogExport.export(archive.histories().getLast(), request)).hasSize(1);
        Path file = exported.resolve("binlog.000001");
        assertThat(magic(file)).isEqualTo(0xFE);
        assertThat(Files.mismatch(file, witness.resolve("binlog.000001"))).isEqualTo(-1);
        int encryptionHeaderBytes = 512;
        assertThat(Files.size(own)).isEqualTo(Files.size(file) + encryptionHeaderBytes);
    }

    private static int magic(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.read();
        }
    }

    /// A home like the tests' own, in which the keyring component is loaded at the start.
    private static MysqldHome homeWithKeyring(Path folder, Path plugins) throws IOException {
        Path real = TestServer.home().folder();
        Path program =
                Stream.of("usr/sbin/mysqld", "bin/mysqld", "sbin/mysqld")
                        .map(Path::of)
                        .filter(path -> Files.isExecutable(real.resolve(path)))
                        .findFirst()
                        .orElseThrow();
        Path home = Files.createDirectory(folder.resolve("home"));
        link(real, home, program);
        Files.writeString(
                home.resolve(program).resolveSibling("mysqld.my"),
                "{\"components\": \"file://component_keyring_file\"}");
        Path library;
        try (Stream<Path> found = Files.walk(real)) {
            library =
                    found.filter(path -> path.endsWith("component_keyring_file.so"))
                            .findFirst()
                            .orElseThrow();
        }
        Files.createSymbolicLink(plugins.resolve(library.getFileName()), library);
        Files.writeString(
                plugins.resolve("component_keyring_file.cnf"),
                "{\"path\": \"" + folder.resolve("keyring") + "\", \"read_only\": false}");
        return MysqldHome.at(home);
    }

    /// Makes folders along a path, with links to everything beside it.
    private static void link(Path real, Path copy, Path along) throws IOException {
        Path next = along.getName(0);
        try (Stream<Path> entries = Files.list(real)) {
            for (Path entry : entries.toList()) {
                Path own = copy.resolve(entry.getFileName());
                if (along.getNameCount() > 1 && entry.getFileName().equals(next)) {
                    Files.createDirectory(own);
                    link(entry, own, next.relativize(along));
                } else {
                    Files.createSymbolicLink(own, entry);
                }
            }
        }
    }
}
