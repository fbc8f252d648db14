package io.holdfast.recovery.sandbox;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.mysqld.Lifetime;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import io.holdfast.mysqld.StartOptions;
import io.holdfast.recovery.error.RecoveryError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A throw-away mysqld that a server is brought back in. It never acts: no event runs, no
/// replication starts, nothing but this machine's loopback reaches it, and it dies with Holdfast.
///
/// The restored accounts include `root` with its own password, which Holdfast does not know. So
/// each start creates an account of the sandbox's own, and [#seal] drops it.
///
/// Confined to one thread, but for sessions on it.
public final class Sandbox implements AutoCloseable {
    /// Reserved for Holdfast in every restored server, for as long as it is a sandbox.
    static final String ACCOUNT = "holdfast_sandbox";

    private final MysqldProcess process;
    private final Secret password;
    private boolean isReleased;

    private Sandbox(MysqldProcess process, Secret password) {
        this.process = process;
        this.password = password;
    }

    /// Who the sandbox is.
    ///
    /// @param hasGtids whether the history that is brought back has GTIDs
    /// @param serverId found nowhere in the archive
    public record Role(boolean hasGtids, long serverId) {}

    /// Whether the sandbox hurries.
    ///
    /// @param readyWithin how long it may take to start
    public record Pace(List<String> options, Duration readyWithin) {
        /// A server of 100,000 tables on a slow disk looks at each file; and the work of hours is
        /// lost if it is not waited for.
        private static final Duration READY_WITHIN = Duration.ofMinutes(30);

        /// To stop in order it writes all changed pages that its memory holds.
        private static final Duration STOP_WITHIN = Duration.ofMinutes(30);

        /// A slow disk's share of crash recovery: it reads the log, and the pages that the log
        /// changes.
        private static final long RECOVERED_BYTES_A_SECOND = 1 << 20;

        public Pace {
            options = List.copyOf(options);
        }

        private Pace(List<String> options) {
            this(options, READY_WITHIN);
        }

        /// As fast as it can be, and its error log tells how its crash recovery goes.
        ///
        /// @param workers as in [#fast]
        /// @param redoBytes of log to recover
        public static Pace recovering(int workers, long redoBytes) {
            var options = new ArrayList<>(fast(workers).options());
            options.add("--log-error-verbosity=3");
            return new Pace(
                    options, READY_WITHIN.plusSeconds(redoBytes / RECOVERED_BYTES_A_SECOND));
        }

        /// As fast as it can be: a crash loses the work.
        ///
        /// @param workers how many appliers run; 0 for the default
        public static Pace fast(int workers) {
            return new Pace(
                    SandboxOptions.fast(workers > 0 ? workers : SandboxOptions.WORKERS_DEFAULT));
        }

        /// As fast as it can be without risk: a crash loses no more than the last second, and what
        /// is left is a moment between two transactions.
        public static Pace careful(int workers) {
            var options = new ArrayList<>(fast(workers).options());
            options.add("--innodb-doublewrite=ON");
            return new Pace(options);
        }

        /// As its owner will run it, but without a binary log.
        public static Pace safe() {
            return new Pace(List.of("--skip-log-bin"));
        }

        /// As its owner will run it, binary log included: it is what tells afterwards whether the
        /// server executed anything of its own.
        public static Pace owned() {
            return new Pace(List.of());
        }
    }

    /// Starts a sandbox on a folder's data directory.
    ///
    /// @param shape of the server that is brought back
    /// @param more mysqld options, stronger than ours
    public static Sandbox start(
            MysqldHome home,
            RecoveredFolder folder,
            ShapeSettings shape,
            Role role,
            Pace pace,
            List<String> more) {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        // Long, with digits and both cases, so that a restored password policy accepts it.
        Secret password = Secret.of("Sb-" + HexFormat.of().formatHex(random) + "-Q");
        Path init = folder.run().resolve("sandbox.sql");
        var options = new ArrayList<String>();
        options.addAll(shape.always());
        options.addAll(SandboxOptions.harmless(role.hasGtids(), role.serverId()));
        options.addAll(pace.options());
        options.add("--relay-log=" + folder.run().resolve("relay"));
        options.addAll(more);
        options.add("--init-file=" + init);
        try {
            writePrivate(init, accountStatements(password));
            MysqldProcess process =
                    MysqldProcess.start(
                            home,
                            DataDirectory.open(folder.data()),
                            StartOptions.in(folder.run())
                                    .withPort(StartOptions.NO_PORT)
                                    .withLifetime(Lifetime.WITH_HOLDFAST)
                                    .within(pace.readyWithin(), Pace.STOP_WITHIN)
                                    .withOptions(options));
            return new Sandbox(process, password);
        } finally {
            remove(init);
        }
    }

    /// Starts a mysqld on a folder's data directory that recovers what is there, and stops it in
    /// order. Tablespaces of which only the redo log knows are given up. It executes nothing: a
    /// server that gives something up lets nobody write.
    ///
    /// Source: MySQL 9.7 manual, *Forcing InnoDB Recovery*, mode 1.
    ///
    /// @param more mysqld options, stronger than ours
    /// @return its error log, which is not continued by the next start
    public static Path recoverRest(
            MysqldHome home,
            RecoveredFolder folder,
            ShapeSettings shape,
            Role role,
            Pace pace,
            List<String> more) {
        var options = new ArrayList<String>();
        options.addAll(shape.always());
        options.addAll(SandboxOptions.harmless(role.hasGtids(), role.serverId()));
        options.addAll(pace.options());
        options.add("--innodb-force-recovery=1");
        options.addAll(more);
        Path run = folder.run().resolve("rest");
        try (var process =
                MysqldProcess.start(
                        home,
                        DataDirectory.open(folder.data()),
                        StartOptions.in(run)
                                .withPort(StartOptions.NO_PORT)
                                .withLifetime(Lifetime.WITH_HOLDFAST)
                                .within(pace.readyWithin(), Pace.STOP_WITHIN)
                                .withOptions(options))) {
            return process.errorLog();
        }
    }

    /// One statement a line, as `--init-file` wants them. GRANT ALL does not hold the right to
    /// grant PROXY, which every server's root has.
    private static String accountStatements(Secret password) {
        String account = Text.format("'%s'@'localhost'", ACCOUNT);
        return Text.format(
                """
                SET SESSION sql_log_bin=0;
                DROP USER IF EXISTS %1$s;
                CREATE USER %1$s IDENTIFIED BY '%2$s';
                GRANT ALL ON *.* TO %1$s WITH GRANT OPTION;
                GRANT PROXY ON ''@'' TO %1$s WITH GRANT OPTION;
                """,
                account, password.reveal());
    }

    private static void writePrivate(Path file, String content) {
        try {
            Files.deleteIfExists(file);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, content);
        } catch (IOException failure) {
            throw new UnavailableException(
                    Problem.of(RecoveryError.TARGET_UNWRITABLE)
                            .what("%s", failure)
                            .where("%s", file)
                            .remedy("Check the folder's permissions and its space."),
                    failure);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // Its password is of no use once the account is gone.
        }
    }

    /// How the sandbox is reached, as an account that may do everything.
    public ConnectOptions connectOptions() {
        return ConnectOptions.of(new ServerAddress.UnixSocket(process.socket()), ACCOUNT, password);
    }

    public Session open() {
        return Session.open(connectOptions());
    }

    public MysqldProcess process() {
        return process;
    }

    /// Writes no redo log from here on, which makes loading and replaying a sixth cheaper. If the
    /// server crashes now, its data cannot be used any more. Does nothing more if it was done.
    public void risk() {
        try (Session session = open()) {
            session.execute("ALTER INSTANCE DISABLE INNODB REDO_LOG");
        }
    }

    /// Ends [#risk()].
    public void secure() {
        try (Session session = open()) {
            session.execute("ALTER INSTANCE ENABLE INNODB REDO_LOG");
        }
    }

    /// Drops the sandbox's own account. Only [#release()] and [#close()] may follow.
    ///
    /// @param isReadOnly whether nobody may write from here on, not even an account that may do
    ///   everything
    public void seal(boolean isReadOnly) {
        try (Session session = open()) {
            session.execute("SET SESSION sql_log_bin=0");
            session.execute(
                    "DROP USER " + TableName.quote(ACCOUNT) + "@" + TableName.quote("localhost"));
            if (isReadOnly) {
                // A session keeps its rights when its account is dropped.
                session.execute("SET GLOBAL super_read_only = ON");
            }
        }
    }

    /// Lets the server run on, without Holdfast. [#close()] does nothing then.
    public void release() {
        process.release();
        isReleased = true;
    }

    /// Stops it in order, unless it was released.
    @Override
    public void close() {
        if (!isReleased) {
            process.close();
        }
    }
}
