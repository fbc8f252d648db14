package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.servertests.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that do not prove who they are, as the command line tells of them.
class UntrustedServerTest {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void aCertificateOfAnotherAuthorityIsRefused(String mode) throws Exception {
        try (var line = new CommandLine()) {
            Path other = otherAuthority(line.folder());
            CommandLine.Ended ended = backUp(line, "ssl-mode=" + mode, "ssl-ca=" + other);
            ended.failed(3, "TLS_FAILED");
            assertThat(ended.error())
                    .contains("127.0.0.1:" + server.port())
                    .contains("(mode " + mode.toLowerCase(Locale.ROOT).replace('_', '-') + ")")
                    .contains("ssl-ca");
            assertThat(line.repository()).doesNotExist();
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefusedOnlyIfTheHostCounts() throws Exception {
        try (var line = new CommandLine()) {
            // The one that the server made for itself names no host.
            String own = "ssl-ca=" + server.dataFolder().resolve("ca.pem");
            CommandLine.Ended ended = backUp(line, "ssl-mode=VERIFY_IDENTITY", own);
            ended.failed(3, "TLS_FAILED");
            assertThat(ended.error()).contains("(mode verify-identity)").contains("127.0.0.1");
            assertThat(line.repository()).doesNotExist();
            backUp(line, "ssl-mode=VERIFY_CA", own).succeeded();
        }
    }

    private static CommandLine.Ended backUp(CommandLine line, String... tls) throws Exception {
        Path options =
                line.optionFile(
                        "host=127.0.0.1",
                        "port=" + server.port(),
                        "user=root",
                        String.join("\n", tls));
        return line.run(
                line.withRepository("backup", "--logical", "--defaults-file", options.toString()));
    }

    /// A certificate that has signed nothing, made by the JDK's own tool.
    private static Path otherAuthority(Path folder) throws Exception {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String store = folder.resolve("other.p12").toString();
        Path certificate = folder.resolve("other.pem");
        run(
                tool,
                "-genkeypair",
                "-alias",
                "other",
                "-keyalg",
                "EC",
                "-dname",
                "CN=Other",
                "-ext",
                "bc:c",
                "-keystore",
                store,
                "-storepass",
                "changeit");
        run(
                tool,
                "-exportcert",
                "-rfc",
                "-alias",
                "other",
                "-keystore",
                store,
                "-storepass",
                "changeit",
                "-file",
                certificate.toString());
        assertThat(Files.readString(certificate)).startsWith("-----BEGIN CERTIFICATE-----");
        return certificate;
    }

    private static void run(String... command) throws Exception {
        assertThat(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor())
                .isZero();
    }
}
