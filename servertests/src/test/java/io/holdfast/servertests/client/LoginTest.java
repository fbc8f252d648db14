package io.holdfast.servertests.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.ClientError;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.client.TlsMode;
import io.holdfast.client.TlsOptions;
import io.holdfast.core.ErrorCode;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import io.holdfast.servertests.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whoever may log in can, by each way the password can be proven, and whoever may not is
/// told why before anything secret is sent.
final class LoginTest {
    private static final String PASSWORD = "pässwörd, with 'quotes'";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        try (Session root = Sessions.root(server)) {
            root.execute("CREATE USER ann@'%' IDENTIFIED BY 'pässwörd, with ''quotes'''");
            root.execute("CREATE USER tls_only@'%' IDENTIFIED BY 'x' REQUIRE SSL");
            root.execute("CREATE USER cert@'%' IDENTIFIED BY 'x' REQUIRE X509");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void forgetPasswords() {
        try (Session root = Sessions.root(server)) {
            root.execute("FLUSH PRIVILEGES"); // empties the cache that fast authentication needs
        }
    }

    private static String loginAs(ConnectOptions options) {
        try (Session session = Session.open(options)) {
            session.ping();
            return session.query("SELECT CURRENT_USER()").only().string(0)
                    + " "
                    + session.query("SHOW SESSION STATUS LIKE 'Ssl_version'").only().string(1);
        }
    }

    private static ConnectOptions ann(TlsOptions tls) {
        return Sessions.tcp(server, "ann", PASSWORD, tls);
    }

    private Path data(String file) {
        return server.dataFolder().resolve(file);
    }

    @Test
    void byRsaAndThenFastWithoutTls() {
        forgetPasswords();
        assertThat(loginAs(ann(TlsOptions.DISABLED))).isEqualTo("ann@% ");
        assertThat(loginAs(ann(TlsOptions.DISABLED))).isEqualTo("ann@% ");
    }

    @Test
    void inTlsWithThePasswordItself() {
        forgetPasswords();
        assertThat(loginAs(ann(TlsOptions.ENCRYPT_ONLY))).isEqualTo("ann@% TLSv1.3");
        assertThat(loginAs(ann(TlsOptions.ENCRYPT_ONLY))).isEqualTo("ann@% TLSv1.3");
    }

    @Test
    void throughTheSocketWithAndWithoutTls() {
        forgetPasswords();
        var address = new ServerAddress.UnixSocket(server.socket());
        var options = ConnectOptions.of(address, "ann", Secret.of(PASSWORD));
        assertThat(loginAs(options)).isEqualTo("ann@% ");
        forgetPasswords();
        assertThat(loginAs(options.withTls(TlsOptions.ENCRYPT_ONLY))).isEqualTo("ann@% TLSv1.3");
    }

    @Test
    void aWrongPasswordIsNamedWithoutBeingShown() {
        for (TlsOptions tls : List.of(TlsOptions.DISABLED, TlsOptions.ENCRYPT_ONLY)) {
            var options = Sessions.tcp(server, "ann", "not-it-4711", tls);
            assertThatThrownBy(() -> Session.open(options))
                    .isInstanceOf(RefusedException.class)
                    .satisfies(e -> assertCode(e, ClientError.ACCESS_DENIED))
                    .hasMessageContaining("user 'ann'")
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageNotContaining("not-it-4711");
        }
    }

    @Test
    void anUnknownSchemaIsAnErrorOfTheServer() {
        assertThatThrownBy(() -> Session.open(Sessions.socket(server).withSchema("nowhere")))
                .isInstanceOfSatisfying(
                        SqlErrorException.class, e -> assertThat(e.number()).isEqualTo(1049));
        try (Session session = Session.open(Sessions.socket(server).withSchema("mysql"))) {
            assertThat(session.query("SELECT DATABASE()").only().string(0)).isEqualTo("mysql");
        }
    }

    @Test
    void verifyCaTrustsTheNamedAuthorityAndNoOther() {
        TlsOptions verifyCa = TlsOptions.of(TlsMode.VERIFY_CA);
        assertThat(loginAs(ann(verifyCa.withCa(data("ca.pem"))))).isEqualTo("ann@% TLSv1.3");
        assertThatThrownBy(() -> Session.open(ann(verifyCa)))
                .as("the system does not trust a server's own authority")
                .satisfies(e -> assertCode(e, ClientError.TLS_FAILED));
        assertThatThrownBy(() -> Session.open(ann(verifyCa.withCa(data("no-such.pem")))))
                .satisfies(e -> assertCode(e, ClientError.TLS_FILE_UNREADABLE));
    }

    @Test
    void verifyIdentityDemandsTheNameOrAddressInTheCertificate(@TempDir Path folder)
            throws Exception {
        TlsOptions verify = TlsOptions.of(TlsMode.VERIFY_IDENTITY);
        assertThatThrownBy(() -> Session.open(ann(verify.withCa(data("ca.pem")))))
                .as("a server's own certificate names no host")
                .satisfies(e -> assertCode(e, ClientError.TLS_FAILED));
        makeCertificate(folder);
        try (var named =
                TestServer.start(
                        "--ssl-ca=" + folder.resolve("cert.pem"),
                        "--ssl-cert=" + folder.resolve("cert.pem"),
                        "--ssl-key=" + folder.resolve("key.pem"))) {
            TlsOptions trusted = verify.withCa(folder.resolve("cert.pem"));
            assertThat(loginAs(Sessions.tcp(named, "root", "", trusted))).endsWith("TLSv1.3");
            var byName = new ServerAddress.Tcp("localhost", named.port());
            assertThatThrownBy(() ->
                            Session.open(
                                    ConnectOptions.of(byName, "root", Secret.EMPTY)
                                            .withTls(trusted)))
                    .as("the certificate names 127.0.0.1 only")
                    .satisfies(e -> assertCode(e, ClientError.TLS_FAILED));
            assertThat(
                            loginAs(
                                    ConnectOptions.of(byName, "root", Secret.EMPTY)
                                            .withTls(
                                                    TlsOptions.of(TlsMode.VERIFY_CA)
                                                            .withCa(folder.resolve("cert.pem")))))
                    .as("verify-ca does not look at names")
                    .endsWith("TLSv1.3");
        }
    }

    /// A certificate for 127.0.0.1 that signs itself, made by the JDK's keytool.
    private static void makeCertificate(Path folder) throws Exception {
        Path store = folder.resolve("store.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "RSA",
                                "-dname",
                                "CN=holdfast-test",
                                "-ext",
                                "SAN=ip:127.0.0.1",
                                "-ext",
                                "BC=ca:true",
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit",
                                "-J-Duser.language=en",
                                "-J-Duser.country=US")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(keytool.waitFor()).as("keytool's exit status").isZero();
        var keys = java.security.KeyStore.getInstance("PKCS12");
        try (var in = java.nio.file.Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        writePem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                keys.getKey("server", "changeit".toCharArray()).getEncoded());
        writePem(
                folder.resolve("cert.pem"),
                "CERTIFICATE",
                keys.getCertificate("server").getEncoded());
    }

    private static void writePem(Path file, String kind, byte[] der) throws Exception {
        String body = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        java.nio.file.Files.writeString(
                file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    @Test
    void anAccountThatDemandsTlsOrACertificateGetsIt() {
        var withoutTls = Sessions.tcp(server, "tls_only", "x", TlsOptions.DISABLED);
        assertThatThrownBy(() -> Session.open(withoutTls))
                .satisfies(e -> assertCode(e, ClientError.ACCESS_DENIED));
        assertThat(loginAs(Sessions.tcp(server, "tls_only", "x", TlsOptions.ENCRYPT_ONLY)))
                .startsWith("tls_only");
        var certificate =
                TlsOptions.ENCRYPT_ONLY.withClientCertificate(
                        data("client-cert.pem"), data("client-key.pem"));
        assertThat(loginAs(Sessions.tcp(server, "cert", "x", certificate))).startsWith("cert");
        assertThatThrownBy(() ->
                        Session.open(Sessions.tcp(server, "cert", "x", TlsOptions.ENCRYPT_ONLY)))
                .satisfies(e -> assertCode(e, ClientError.ACCESS_DENIED));
    }

    @Test
    void aServerWithoutTlsIsRefusedBeforeAnythingSecretIsSent() {
        try (var plain = TestServer.start("--tls-version=")) {
            for (TlsMode mode :
                    List.of(TlsMode.ENCRYPT_ONLY, TlsMode.VERIFY_CA, TlsMode.VERIFY_IDENTITY)) {
                assertThatThrownBy(() ->
                                Session.open(Sessions.tcp(plain, "root", "", TlsOptions.of(mode))))
                        .isInstanceOf(RefusedException.class)
                        .satisfies(e -> assertCode(e, ClientError.TLS_NOT_OFFERED));
            }
        }
    }

    @Test
    void nobodyThereIsUnavailable() {
        var nobody = new ServerAddress.UnixSocket(Path.of("/nowhere/mysqld.sock"));
        assertThatThrownBy(() -> Session.open(ConnectOptions.of(nobody, "root", Secret.EMPTY)))
                .isInstanceOf(UnavailableException.class)
                .satisfies(e -> assertCode(e, ClientError.SERVER_UNREACHABLE));
    }

    static void assertCode(Throwable failure, ErrorCode code) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }
}
