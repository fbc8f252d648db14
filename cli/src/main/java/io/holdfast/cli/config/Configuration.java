package io.holdfast.cli.config;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `holdfast.yaml` says.
///
/// ```yaml
/// repository: /backups/prod      # a folder
/// mysql-home: /opt/mysql         # for sandboxes; found or fetched if left out
/// threads: 4
/// servers:
///   db3:
///     host: db3.example          # or socket: /run/mysqld/mysqld.sock
///     port: 3306
///     user: holdfast
///     defaults-file: /etc/holdfast/db3.cnf
///     tls: verify-identity       # disabled, encrypt-only, verify-ca
///     tls-ca: /etc/holdfast/ca.pem
/// ```
///
/// A `password:` is taken only from a file that no one but its owner can read.
///
/// @param place the file, for messages
/// @param threads 0 if not said
public record Configuration(
        String place,
        @Nullable String repository,
        @Nullable String mysqlHome,
        int threads,
        Map<String, ServerEntry> servers) {
    private static final String FILE = "holdfast.yaml";

    /// Reads the named file, or else the first there is of `holdfast.yaml`,
    /// `~/.config/holdfast/holdfast.yaml` and `/etc/holdfast/holdfast.yaml`.
    ///
    /// @throws UsageException if the named file is not there, or with all errors in the file
    public static Configuration find(@Nullable Path named) {
        if (named != null) {
            return read(named);
        }
        String configHome =
                System.getenv()
                        .getOrDefault(
                                "XDG_CONFIG_HOME", System.getProperty("user.home") + "/.config");
        for (Path file :
                List.of(
                        Path.of(FILE),
                        Path.of(configHome, "holdfast", FILE),
                        Path.of("/etc/holdfast", FILE))) {
            if (Files.exists(file)) {
                return read(file);
            }
        }
        return new Configuration("no configuration file", null, null, 0, Map.of());
    }

    static Configuration read(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new ConfigurationReader(file).read(in);
        } catch (IOException failure) {
            throw new UsageException(
                    Problem.of(ConfigurationError.CONFIGURATION_UNREADABLE)
                            .what("%s", failure.toString())
                            .where("%s", file)
                            .remedy("Name a file that is there with --config, or leave it out."),
                    failure);
        }
    }
}
