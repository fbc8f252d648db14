package io.holdfast.client;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes connect options of what option files say, by the mysql client's rules:
///
/// - no host, or `localhost`: the Unix socket, unless `protocol=TCP`;
/// - any other host: TCP, unless `protocol=SOCKET`;
/// - `ssl-ca` without `ssl-mode` means `VERIFY_CA`;
/// - `ssl-mode=PREFERRED` and `REQUIRED` mean [TlsMode#ENCRYPT_ONLY] on TCP: Holdfast never goes on
///   in the clear where TLS was asked for. `PREFERRED` on a socket means no TLS.
///
/// Options of `[client]` that Holdfast does not have are left to the programs they are for; in
/// `[holdfast]` they are mistakes, unless `loose-` stands in front.
public final class ConnectDefaults {
    private static final List<Path> USUAL_SOCKETS =
            List.of(
                    Path.of("/var/run/mysqld/mysqld.sock"),
                    Path.of("/tmp/mysql.sock"),
                    Path.of("/var/lib/mysql/mysql.sock"));
    private static final Set<String> KNOWN =
            Set.of(
                    "user",
                    "password",
                    "host",
                    "port",
                    "socket",
                    "protocol",
                    "ssl-mode",
                    "ssl-ca",
                    "ssl-cert",
                    "ssl-key",
                    "database");

    private final OptionFiles files;

    private ConnectDefaults(OptionFiles files) {
        this.files = files;
    }

    /// The options for the server that the files describe.
    ///
    /// @param userName who to be if the files name no user: the name of the person at the machine
    /// @throws UsageException if an option has a value that it cannot have
    public static ConnectOptions of(OptionFiles files, String userName) {
        return new ConnectDefaults(files).options(null, userName);
    }

    /// The same, but for a server at an address that was given otherwise; `host`, `port`, `socket`
    /// and `protocol` of the files are not looked at.
    public static ConnectOptions of(OptionFiles files, ServerAddress address, String userName) {
        return new ConnectDefaults(files).options(address, userName);
    }

    private ConnectOptions options(@Nullable ServerAddress given, String userName) {
        refuseUnknown();
        ServerAddress address = given == null ? address() : given;
        return ConnectOptions.of(
                        address,
                        text("user").orElse(userName),
                        Secret.of(text("password").orElse("")))
                .withTls(tls(address))
                .withSchema(text("database").orElse(""));
    }

    private void refuseUnknown() {
        for (OptionFiles.Entry entry : files.entries()) {
            if (entry.group().equals("holdfast")
                    && !entry.isLoose()
                    && !KNOWN.contains(entry.name())) {
                throw mistake(entry, "the option '" + entry.name() + "' does not exist");
            }
        }
    }

    private Optional<String> text(String name) {
        return files.find(name)
                .map(entry -> {
                    String value = entry.value();
                    if (value == null) {
                        throw mistake(entry, "the option '" + name + "' has no value");
                    }
                    return value;
                });
    }

    private ServerAddress address() {
        String host = text("host").orElse("localhost");
        String protocol = text("protocol").orElse("").toUpperCase(Locale.ROOT);
        boolean isLocal = host.isEmpty() || host.equals("localhost");
        boolean bySocket =
                switch (protocol) {
                    case "" -> isLocal;
                    case "SOCKET" -> true;
                    case "TCP" -> false;
                    default ->
                            throw mistake(
                                    files.find("protocol").orElseThrow(),
                                    "protocol is '" + protocol + "', expected TCP or SOCKET");
                };
        return bySocket
                ? new ServerAddress.UnixSocket(text("socket").map(Path::of).orElseGet(this::socket))
                : new ServerAddress.Tcp(host.isEmpty() ? "localhost" : host, port());
    }

    /// The first of the places where a server's socket usually is that exists.
    private Path socket() {
        return USUAL_SOCKETS.stream()
                .filter(Files::exists)
                .findFirst()
                .orElse(USUAL_SOCKETS.getFirst());
    }

    private int port() {
        Optional<String> written = text("port");
        if (written.isEmpty()) {
            return ServerAddress.PORT_DEFAULT;
        }
        try {
            int port = Integer.parseInt(written.get());
            if (port > 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException _) {
            // The same mistake as a number out of range.
        }
        throw mistake(
                files.find("port").orElseThrow(),
                "port is '" + written.get() + "', expected 1 to 65535");
    }

    private TlsOptions tls(ServerAddress address) {
        Optional<Path> ca = text("ssl-ca").filter(path -> !path.isEmpty()).map(Path::of);
        boolean bySocket = address instanceof ServerAddress.UnixSocket;
        TlsMode mode =
                text("ssl-mode")
                        .map(written -> mode(written, bySocket))
                        .orElse(
                                ca.isPresent()
                                        ? TlsMode.VERIFY_CA
                                        : TlsOptions.defaultFor(address).mode());
        return new TlsOptions(
                mode,
                ca.orElse(null),
                text("ssl-cert").map(Path::of).orElse(null),
                text("ssl-key").map(Path::of).orElse(null));
    }

    private TlsMode mode(String written, boolean bySocket) {
        return switch (written.toUpperCase(Locale.ROOT).replace('-', '_')) {
            case "DISABLED" -> TlsMode.DISABLED;
            case "PREFERRED" -> bySocket ? TlsMode.DISABLED : TlsMode.ENCRYPT_ONLY;
            case "REQUIRED", "ENCRYPT_ONLY" -> TlsMode.ENCRYPT_ONLY;
            case "VERIFY_CA" -> TlsMode.VERIFY_CA;
            case "VERIFY_IDENTITY" -> TlsMode.VERIFY_IDENTITY;
            default ->
                    throw mistake(
                            files.find("ssl-mode").orElseThrow(),
                            "ssl-mode is '"
                                    + written
                                    + "', expected DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
        };
    }

    private static UsageException mistake(OptionFiles.Entry entry, String what) {
        return new UsageException(
                Problem.of(ClientError.OPTION_VALUE_UNKNOWN)
                        .what("%s", what)
                        .where("%s", entry.place())
                        .remedy("Correct the line, or remove it."));
    }
}
