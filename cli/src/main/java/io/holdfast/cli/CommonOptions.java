package io.holdfast.cli;

import io.holdfast.cli.config.Configuration;
import io.holdfast.cli.config.Connections;
import io.holdfast.cli.config.Repositories;
import io.holdfast.cli.config.ServerEntry;
import io.holdfast.cli.shell.CliError;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.UsageException;
import io.holdfast.mysqld.Lab;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.repository.Repository;
import io.holdfast.store.DirectoryStore;
import io.holdfast.store.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that verbs share (`@Mixin CommonOptions common`), and what they come to together
/// with the configuration file. The command line is stronger than the file.
final class CommonOptions {
    private final Output output;
    private @Nullable Configuration configuration;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The configuration file (default: holdfast.yaml here, in ~/.config/holdfast or in /etc/holdfast).")
    private @Nullable Path config;

    @Option(names = "--repo", paramLabel = "URL", description = "The repository: a folder.")
    private @Nullable String repository;

    @Option(
            names = "--server",
            paramLabel = "NAME|URL",
            description =
                    "The server: a name in the configuration, a lab server, mysql://user@host:port or unix:/path/to/socket.")
    private @Nullable String server;

    @Option(
            names = "--defaults-file",
            paramLabel = "FILE",
            description = "A MySQL option file with user and password ([client] and [holdfast]).")
    private @Nullable Path defaultsFile;

    @Option(
            names = "--mysql-home",
            paramLabel = "DIR",
            description = "The MySQL to run servers with; `fetch` takes the one in the cache.")
    private @Nullable String mysqlHome;

    @Option(names = "--threads", paramLabel = "N", description = "How many threads work at once.")
    private @Nullable Integer threads;

    @Option(names = "--json", description = "Write JSON for machines on standard output.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Write errors only.")
    private boolean isQuiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Write more.")
    private boolean isVerbose;

    CommonOptions(Output output) {
        this.output = output;
    }

    Output output() {
        Output asked = output.asking(json || output.isJson());
        return isQuiet ? asked.quiet() : asked;
    }

    Progress progress() {
        return output().progress();
    }

    boolean isVerbose() {
        return isVerbose;
    }

    /// The configuration file; empty if there is none. Read once.
    ///
    /// @throws UsageException with all errors in it
    Configuration configuration() {
        if (configuration == null) {
            configuration = Configuration.find(config);
        }
        return configuration;
    }

    /// Where the repository is.
    ///
    /// @throws UsageException if none is named
    String repository() {
        String named = repository != null ? repository : configuration().repository();
        if (named == null) {
            throw new UsageException(
                    Problem.of(CliError.REPOSITORY_NOT_NAMED)
                            .what("no repository is named")
                            .where("%s", configuration().place())
                            .remedy(
                                    "Name one with --repo, or as `repository:` in the configuration."));
        }
        return named;
    }

    /// The server that is meant: `--server`, or the only one in the configuration.
    ///
    /// @throws UsageException if none or no single one is named, or its name is not known
    ServerEntry server() {
        ServerEntry found = server == null ? onlyServer() : named(server);
        return defaultsFile == null ? found : found.withDefaultsFile(defaultsFile);
    }

    /// What `--server` says, as it was typed; null if it was not given.
    @Nullable String serverNamed() {
        return server;
    }

    /// How to connect to the server that is meant.
    ///
    /// @throws UsageException as [#server()] does, or if an option file is wrong
    ConnectOptions connectOptions() {
        return Connections.ofThisProcess().of(server());
    }

    /// Opens the repository that is named.
    ///
    /// @throws io.holdfast.core.RefusedException if there is none at that place
    Repository openRepository() {
        return Repository.open(DirectoryStore.open(Repositories.folder(repository())));
    }

    /// Opens the repository that is named, and creates it first if there is none. It is not created
    /// for a server that cannot be reached or does not let us do what is to be done: a mistyped
    /// password or a missing privilege leaves nothing behind.
    ///
    /// @param mayBegin throws if the server does not let us
    Repository openOrCreateRepository(Runnable mayBegin) {
        Path folder = Repositories.folder(repository());
        if (!Files.isDirectory(folder) || !Repository.isRepository(DirectoryStore.open(folder))) {
            mayBegin.run();
        }
        ObjectStore store = DirectoryStore.create(folder);
        return Repository.isRepository(store) ? Repository.open(store) : Repository.create(store);
    }

    private ServerEntry onlyServer() {
        var servers = configuration().servers();
        if (servers.size() == 1) {
            return servers.values().iterator().next();
        }
        if (servers.isEmpty() && defaultsFile != null) {
            return ServerEntry.ofOptionFile("the option file", defaultsFile);
        }
        throw new UsageException(
                Problem.of(CliError.SERVER_NOT_NAMED)
                        .what("no server is named, and the configuration has %d", servers.size())
                        .where("%s", configuration().place())
                        .remedy("Name one with --server NAME or --server mysql://user@host:port."));
    }

    private ServerEntry named(String name) {
        ServerEntry configured = configuration().servers().get(name);
        if (configured != null) {
            return configured;
        }
        if (name.contains(":")) {
            return ServerEntry.ofUrl(name);
        }
        for (var labServer : Lab.ofThisUser().list()) {
            if (labServer.name().equals(name)) {
                return ServerEntry.ofOptionFile(name, labServer.optionFile());
            }
        }
        throw new UsageException(
                Problem.of(CliError.SERVER_UNKNOWN)
                        .what("there is no server `%s`", name)
                        .where("%s", configuration().place())
                        .remedy("Take a name from it or from `holdfast lab list`, or a URL."));
    }

    /// The MySQL to run servers with; fetched into the cache if there is none.
    MysqldHome mysqldHome() {
        return MysqldHome.find(
                mysqlHome != null ? mysqlHome : configuration().mysqlHome(), progress());
    }

    /// How many threads work at once.
    ///
    /// @param otherwise if neither the command line nor the configuration says
    int threads(int otherwise) {
        if (threads != null) {
            return Math.max(1, threads);
        }
        return configuration().threads() > 0 ? configuration().threads() : otherwise;
    }
}
