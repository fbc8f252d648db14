package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.DifferentException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Loads a logical backup into an empty server.
///
/// In this order, and why:
///
/// 1. Accounts, databases, tables: what rows need. Accounts come early because views and programs
///    name them as definers.
/// 2. Rows, by several sessions, each chunk proven ([RowsLoad]). No trigger exists yet that would
///    fire, foreign keys are not checked.
/// 3. Grants as far as they can be given, then views, programs, triggers, events, grants: what
///    reads rows or acts on them.
/// 4. Every object is asked for again and compared ([SchemaProof]).
/// 5. `gtid_purged`, so that replay begins right behind the backup.
///
/// The list of objects is read again for each of 1, 3 and 4 instead of being held: a server may
/// have a million of them. The binary log sees none of it. A load that fails leaves its target as
/// it is; whoever owns the target throws it away.
public final class LogicalLoad {
    private static final int SHOWN_MAX = 20;

    /// What is not a user's: `SHOW DATABASES` on an empty server.
    private static final String USER_DATABASES =
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LOWER(SCHEMA_NAME) NOT IN"
                    + " ('mysql', 'sys', 'information_schema', 'performance_schema', 'ndbinfo')"
                    + " ORDER BY 1 LIMIT 5";

    private final LoadSource source;
    private final LoadOptions options;
    private final Findings findings = new Findings();

    public LogicalLoad(LoadSource source, LoadOptions options) {
        this.source = source;
        this.options = options;
    }

    /// Loads everything and proves it.
    ///
    /// @param target an account with all privileges; if the backup has an account of that name, it
    ///   takes its place, so that afterwards the backup's password is the one that counts. Use a
    ///   [TemporaryAccount] to stay in control.
    /// @throws RefusedException if the server is not empty or not fit; nothing was done
    /// @throws DifferentException if rows or objects are not as they were
    /// @throws CorruptDataException if the backup is damaged
    /// @throws SqlErrorException if the server refuses a statement that it should take
    public LoadReport load(ConnectOptions target) {
        boolean replacesLoader;
        try (Session session = Session.open(target)) {
            TargetCheck.mustBeFit(session, options);
            replacesLoader = mustSuit(session);
        }
        if (!replacesLoader) {
            return loadAs(target);
        }
        try (var account = TemporaryAccount.create(target)) {
            return loadAs(account.options());
        }
    }

    /// Looks through the backup's objects for what the server must be ready for.
    ///
    /// @return whether one of them is an account of the name that we work as
    private boolean mustSuit(Session session) {
        String current =
                AccountName.quoted(session.query("SELECT CURRENT_USER()").only().string(0));
        var found = new boolean[1];
        var keyring = new KeyringCheck();
        each(line -> {
            found[0] |= line.kind() == ObjectKind.ACCOUNT && line.name().equals(current);
            keyring.take(line);
        });
        keyring.demandKeyring(session);
        return found[0];
    }

    private LoadReport loadAs(ConnectOptions target) {
        long begin = System.nanoTime();
        try (LoadSession session = LoadSession.open(target);
                var scheduler = EventScheduler.stop(session.session())) {
            var schema = new SchemaLoad(session, findings);
            options.progress().say("creating databases and tables");
            each(line -> {
                if (line.kind().compareTo(ObjectKind.TABLE) <= 0) {
                    schema.create(line);
                }
            });
            long tablesExist = System.nanoTime();

            var rows = new RowsLoad(source, target, options, schema.tables());
            rows.run();
            long rowsProven = System.nanoTime();

            options.progress().say("creating views, programs and grants, comparing all objects");
            each(line -> {
                if (line.kind() == ObjectKind.GRANTS) {
                    schema.grantEarly(line);
                }
            });
            each(line -> {
                if (line.kind().compareTo(ObjectKind.TABLE) > 0) {
                    schema.create(line);
                }
            });
            schema.finish();
            var proof = new SchemaProof(session, findings);
            each(proof::compare);
            mustBeEqual();
            ChannelNotes.add(source.channels(), findings);
            setGtids(session.session());
            scheduler.restore();
            return new LoadReport(
                    schema.objectCount(),
                    schema.tables().size(),
                    rows.rowCount(),
                    rows.rowBytes(),
                    Duration.ofNanos(tablesExist - begin),
                    Duration.ofNanos(rowsProven - tablesExist),
                    Duration.ofNanos(System.nanoTime() - rowsProven),
                    findings.all());
        }
    }

    private void each(Consumer<SchemaLine> action) {
        try (InputStream lines = source.objects()) {
            JsonLines.read(lines, "the backup's objects", SchemaLine.class, action);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void mustBeEqual() {
        List<LoadReport.Finding> different =
                findings.all().stream()
                        .filter(finding -> finding.kind() == LoadReport.Kind.DIFFERENT)
                        .toList();
        if (!different.isEmpty()) {
            throw new DifferentException(
                    Problem.of(LoadError.OBJECTS_DIFFERENT)
                            .what(
                                    "%d objects differ: %s",
                                    different.size(),
                                    different.stream()
                                            .limit(SHOWN_MAX)
                                            .map(finding ->
                                                    finding.object() + ": " + finding.what())
                                            .collect(Collectors.joining("; ")))
                            .where("the loaded server")
                            .remedy(
                                    "Load into a mysqld of the original's version and with its settings."));
        }
    }

    private void setGtids(Session session) {
        GtidSet wanted = options.gtidSet();
        if (wanted.isEmpty()) {
            return;
        }
        if (!executed(session).isEmpty()) {
            if (!options.mayResetGtids()) {
                throw TargetCheck.hasExecuted(session.server(), executed(session));
            }
            GtidReset.run(session);
        }
        session.execute("SET GLOBAL gtid_purged = '" + wanted + "'");
        GtidSet now = executed(session);
        if (!now.equals(wanted)) {
            throw new DifferentException(
                    Problem.of(LoadError.OBJECTS_DIFFERENT)
                            .what("gtid_executed is %s, expected %s", now, wanted)
                            .where("server %s", session.server())
                            .remedy("Load into a server that nobody else writes to."));
        }
    }

    static GtidSet executed(Session session) {
        return GtidSet.parse(session.query("SELECT @@GLOBAL.gtid_executed").only().string(0));
    }

    static List<String> userDatabases(Session session) {
        return session.query(USER_DATABASES).list().stream().map(row -> row.string(0)).toList();
    }
}
