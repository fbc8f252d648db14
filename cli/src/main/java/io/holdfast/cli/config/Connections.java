package io.holdfast.cli.config;

import io.holdfast.client.ConnectDefaults;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.OptionFiles;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.TlsMode;
import io.holdfast.client.TlsOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns what is known of a server into what a session needs. Stronger first: the entry itself (a
/// URL or the configuration), its option file or else the user's usual ones, `MYSQL_PWD`, and what
/// the mysql client takes where nothing is said.
///
/// @param environment the process's, for `MYSQL_PWD` and `MYSQL_HOME`
/// @param home the user's home folder, where `.my.cnf` lies
/// @param osUser who connects where no user is named
public record Connections(Map<String, String> environment, Path home, String osUser) {

    /// What the process's own surroundings say.
    public static Connections ofThisProcess() {
        return new Connections(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                System.getProperty("user.name"));
    }

    /// How to connect to a server.
    ///
    /// @throws UsageException if an option file cannot be read or an option has a value that cannot
    ///   be meant
    public ConnectOptions of(ServerEntry server) {
        Path file = server.defaultsFile();
        OptionFiles files =
                file == null ? OptionFiles.usual(environment, home) : OptionFiles.only(file);
        ServerAddress address = address(server);
        ConnectOptions filed =
                address == null
                        ? ConnectDefaults.of(files, osUser)
                        : ConnectDefaults.of(files, address, osUser);
        String user = server.user();
        return filed.withAccount(user == null ? filed.user() : user, password(server, filed))
                .withTls(tls(server, filed.tls()));
    }

    /// Where the entry says that the server listens; null if it says nothing of that.
    private static @Nullable ServerAddress address(ServerEntry server) {
        if (server.socket() != null) {
            return new ServerAddress.UnixSocket(server.socket());
        }
        String host = server.host();
        if (host == null && server.port() == 0) {
            return null;
        }
        return new ServerAddress.Tcp(
                host == null ? "127.0.0.1" : host,
                server.port() == 0 ? ServerAddress.PORT_DEFAULT : server.port());
    }

    private Secret password(ServerEntry server, ConnectOptions filed) {
        if (server.password() != null) {
            return Secret.of(server.password());
        }
        return filed.password().isEmpty()
                ? Secret.of(environment.getOrDefault("MYSQL_PWD", ""))
                : filed.password();
    }

    private static TlsOptions tls(ServerEntry server, TlsOptions filed) {
        String mode = server.tls();
        return new TlsOptions(
                mode == null ? filed.mode() : modeNamed(mode, server),
                server.tlsCa() == null ? filed.ca() : server.tlsCa(),
                filed.certificate(),
                filed.key());
    }

    private static TlsMode modeNamed(String text, ServerEntry server) {
        return Arrays.stream(TlsMode.values())
                .filter(mode -> mode.text().equals(text))
                .findFirst()
                .orElseThrow(() -> unknownMode(text, server));
    }

    private static UsageException unknownMode(String text, ServerEntry server) {
        String known =
                Arrays.stream(TlsMode.values())
                        .map(TlsMode::text)
                        .collect(Collectors.joining(", "));
        return new UsageException(
                Problem.of(ConfigurationError.TLS_MODE_UNKNOWN)
                        .what("tls is '%s', expected one of %s", text, known)
                        .where("%s in the configuration", server)
                        .remedy("Correct the value."));
    }
}
