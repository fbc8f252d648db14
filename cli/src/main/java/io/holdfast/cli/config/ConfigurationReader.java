package io.holdfast.cli.config;

import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads one configuration file and collects every error in it before it gives up.
final class ConfigurationReader {
    private static final Set<String> TOP_KEYS =
            new LinkedHashSet<>(List.of("repository", "mysql-home", "threads", "servers"));
    private static final Set<String> SERVER_KEYS =
            new LinkedHashSet<>(
                    List.of(
                            "host",
                            "port",
                            "socket",
                            "user",
                            "password",
                            "defaults-file",
                            "tls",
                            "tls-ca"));
    private static final List<String> TLS_MODES =
            List.of("disabled", "encrypt-only", "verify-ca", "verify-identity");
    private static final Set<PosixFilePermission> OWNERS_ONLY =
            Set.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    private final Path file;
    private final List<String> errors = new ArrayList<>();

    ConfigurationReader(Path file) {
        this.file = file;
    }

    Configuration read(InputStream in) {
        Configuration read = document(in);
        if (!errors.isEmpty()) {
            throw wrong(null);
        }
        return read;
    }

    private UsageException wrong(@Nullable Throwable cause) {
        return new UsageException(
                Problem.of(ConfigurationError.CONFIGURATION_WRONG)
                        .what("%s", String.join("\n  ", errors))
                        .where("%s", file)
                        .remedy("Mend these lines; nothing was done."),
                cause);
    }

    private Configuration document(InputStream in) {
        YamlValue document;
        try {
            document = YamlValue.read(in);
        } catch (JacksonException malformed) {
            int line = malformed.getLocation() == null ? 0 : malformed.getLocation().getLineNr();
            // Only the message of the parser: the excerpt it adds may show a password.
            error(
                    line,
                    String.valueOf(malformed.getOriginalMessage())
                            .lines()
                            .findFirst()
                            .orElse("no YAML"));
            throw wrong(null);
        }
        var top = mapping("the file", document, TOP_KEYS);
        var servers = new LinkedHashMap<String, ServerEntry>();
        YamlValue named = top.get("servers");
        if (named instanceof YamlValue.Mapping(_, Map<String, YamlValue> entries)) {
            entries.forEach((name, entry) -> servers.put(name, server(name, entry)));
        } else if (named != null) {
            error(named.line(), "`servers` must be a mapping of names to servers");
        }
        String repository = text("repository", top.get("repository"));
        if (repository != null) {
            refusePassword("repository", repository, line(top, "repository"));
        }
        return new Configuration(
                file.toString(),
                repository,
                text("mysql-home", top.get("mysql-home")),
                number("threads", top.get("threads"), 1, 1024),
                servers);
    }

    private ServerEntry server(String name, YamlValue value) {
        var entries = mapping("server `" + name + "`", value, SERVER_KEYS);
        String password = text("password", entries.get("password"));
        if (password != null && !isPrivate()) {
            error(
                    line(entries, "password"),
                    Text.format(
                            "`password` in a file that others can read: run `chmod 600 %s`, or use `defaults-file`",
                            file));
        }
        String host = text("host", entries.get("host"));
        String socket = text("socket", entries.get("socket"));
        if (host != null && host.contains("/")) {
            error(line(entries, "host"), "`host` is a name or an address, not a URL");
        }
        if (host != null && socket != null) {
            error(line(entries, "socket"), "`host` and `socket` exclude each other");
        }
        String tls = text("tls", entries.get("tls"));
        if (tls != null && !TLS_MODES.contains(tls)) {
            error(
                    line(entries, "tls"),
                    Text.format(
                            "`tls` is `%s`, it must be one of %s",
                            tls, String.join(", ", TLS_MODES)));
        }
        return new ServerEntry(
                name,
                host,
                number("port", entries.get("port"), 1, 65535),
                path(socket),
                text("user", entries.get("user")),
                password,
                path(text("defaults-file", entries.get("defaults-file"))),
                tls,
                path(text("tls-ca", entries.get("tls-ca"))));
    }

    private static int line(Map<String, YamlValue> entries, String key) {
        YamlValue value = entries.get(key);
        return value == null ? 0 : value.line();
    }

    private Map<String, YamlValue> mapping(String what, YamlValue value, Set<String> known) {
        if (!(value instanceof YamlValue.Mapping(_, Map<String, YamlValue> entries))) {
            error(value.line(), what + " must be a mapping");
            return Map.of();
        }
        entries.forEach((key, entry) -> {
            if (!known.contains(key)) {
                error(
                        entry.line(),
                        Text.format(
                                "`%s` is not known in %s; known are %s",
                                key, what, String.join(", ", known)));
            }
        });
        return entries;
    }

    private @Nullable String text(String key, @Nullable YamlValue value) {
        return switch (value) {
            case null -> null;
            case YamlValue.Scalar(int line, String text) when text.isBlank() -> {
                error(line, "`" + key + "` is empty");
                yield null;
            }
            case YamlValue.Scalar(_, String text) -> text;
            case YamlValue.Mapping(int line, _) -> {
                error(line, "`" + key + "` must be a single value");
                yield null;
            }
            case YamlValue.Sequence(int line) -> {
                error(line, "`" + key + "` must be a single value");
                yield null;
            }
        };
    }

    private int number(String key, @Nullable YamlValue value, int least, int most) {
        String text = text(key, value);
        if (text == null || value == null) {
            return 0;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below, as a number out of range is
        }
        error(
                value.line(),
                Text.format("`%s` is `%s`, it must be %d to %d", key, text, least, most));
        return 0;
    }

    private void refusePassword(String key, String url, int line) {
        if (url.matches("[a-z0-9+]+://[^/@]*:[^/@]*@.*")) {
            error(line, "`" + key + "` holds a password, which a URL never may");
        }
    }

    private boolean isPrivate() {
        try {
            return OWNERS_ONLY.containsAll(Files.getPosixFilePermissions(file));
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    private void error(int line, String what) {
        errors.add(Text.format("line %d: %s", line, what));
    }
}
