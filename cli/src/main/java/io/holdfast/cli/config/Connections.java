package io.holdfast.cli.config;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.OptionFiles;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.TlsMode;
import io.holdfast.client.TlsOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    /// Where servers put their socket, by distribution; the first that exists is taken.
    private static final List<Path> SOCKETS_USUAL =
            List.of(
                    Path.of("/var/run/mysqld/mysqld.sock"),
                    Path.of("/var/lib/mysql/mysql.sock"),
                    Path.of("/tmp/mysql.sock"));

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
        OptionFiles files = optionFiles(server);
        String user = first(server.user(), value(files, "user"), osUser);
        String password =
                first(
                        server.password(),
                        value(files, "password"),
                        environment.getOrDefault("MYSQL_PWD", ""));
        ServerAddress address = address(server, files);
        ConnectOptions options = ConnectOptions.of(address, user, Secret.of(password));
        return options.withTls(tls(server, files, options.tls()));
    }

    private OptionFiles optionFiles(ServerEntry server) {
        Path file = server.defaultsFile();
        return file == null ? OptionFiles.usual(environment, home) : OptionFiles.only(file);
    }

    private static @Nullable String value(OptionFiles files, String name) {
        return files.find(name).map(OptionFiles.Entry::value).orElse(null);
    }

    private static String first(@Nullable String said, @Nullable String inFile, String otherwise) {
        return said != null ? said : inFile != null ? inFile : otherwise;
    }

    /// As the mysql client chooses: a named socket, else a named host, where `localhost` means the
    /// socket unless the protocol is tcp.
    private static ServerAddress address(ServerEntry server, OptionFiles files) {
        if (server.socket() != null) {
            return new ServerAddress.UnixSocket(server.socket());
        }
        String host = first(server.host(), value(files, "host"), "localhost");
        int port = server.port() != 0 ? server.port() : portOf(files);
        boolean isTcp =
                server.host() != null
                        || (server.port() != 0)
                        || "tcp".equalsIgnoreCase(first(null, value(files, "protocol"), ""));
        if (!isTcp && "localhost".equals(host)) {
            String named = value(files, "socket");
            Optional<Path> socket =
                    named != null
                            ? Optional.of(Path.of(named))
                            : SOCKETS_USUAL.stream().filter(Files::exists).findFirst();
            if (socket.isPresent()) {
                return new ServerAddress.UnixSocket(socket.get());
            }
        }
        return new ServerAddress.Tcp("localhost".equals(host) ? "127.0.0.1" : host, port);
    }

    private static int portOf(OptionFiles files) {
        Optional<OptionFiles.Entry> entry = files.find("port");
        if (entry.isEmpty()) {
            return ServerAddress.PORT_DEFAULT;
        }
        String text = String.valueOf(entry.get().value());
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException _) {
            // as for a number out of range, below
        }
        throw malformed("port is '" + text + "', not 1 to 65535", entry.get().place());
    }

    private static TlsOptions tls(ServerEntry server, OptionFiles files, TlsOptions otherwise) {
        TlsMode mode = otherwise.mode();
        if (server.tls() != null) {
            mode = modeNamed(server.tls(), "the configuration");
        } else {
            Optional<OptionFiles.Entry> entry = files.find("ssl-mode");
            if (entry.isPresent()) {
                mode = modeOfMysql(entry.get(), mode);
            }
        }
        return new TlsOptions(
                mode,
                server.tlsCa() != null ? server.tlsCa() : path(files, "ssl-ca"),
                path(files, "ssl-cert"),
                path(files, "ssl-key"));
    }

    private static TlsMode modeNamed(String text, String place) {
        return Arrays.stream(TlsMode.values())
                .filter(mode -> mode.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        malformed(
                                "tls is '"
                                        + text
                                        + "', not one of "
                                        + Arrays.stream(TlsMode.values())
                                                .map(TlsMode::text)
                                                .collect(Collectors.joining(", ")),
                                place));
    }

    /// MySQL's own names. `PREFERRED`, which falls back to no encryption without a word, is taken
    /// as if it were not said: our default never falls back.
    private static TlsMode modeOfMysql(OptionFiles.Entry entry, TlsMode otherwise) {
        String text = String.valueOf(entry.value()).toUpperCase(Locale.ROOT);
        return switch (text) {
            case "DISABLED" -> TlsMode.DISABLED;
            case "PREFERRED" -> otherwise;
            case "REQUIRED" -> TlsMode.ENCRYPT_ONLY;
            case "VERIFY_CA" -> TlsMode.VERIFY_CA;
            case "VERIFY_IDENTITY" -> TlsMode.VERIFY_IDENTITY;
            default -> throw malformed("ssl-mode is '" + text + "'", entry.place());
        };
    }

    private static @Nullable Path path(OptionFiles files, String name) {
        String value = value(files, name);
        return value == null ? null : Path.of(value);
    }

    private static UsageException malformed(String what, String place) {
        return new UsageException(
                Problem.of(ConfigurationError.CONNECTION_OPTION_MALFORMED)
                        .what("%s", what)
                        .where("%s", place)
                        .remedy(
                                "Correct the option; see \"Command Options for Connecting\" in the MySQL manual."));
    }
}
