package io.holdfast.recovery.physical;

import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoBlock;
import io.holdfast.mysqld.ErrorLog;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.PhysicalSection;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Proves that a server which was started on a backup's files came to exactly the backup's moment.
///
/// 1. Its crash recovery began at the backup's checkpoint and read the redo log to its end, without
///    an error of InnoDB.
/// 2. It has executed nothing that the backup has not. What it lacks are transactions that changed
///    no InnoDB table (`OPTIMIZE`, `ANALYZE`, other engines): only the binary log keeps their
///    GTIDs. They are added, and then the sets are equal.
///
/// Replication channels that the files hold are forgotten, as a restore makes none: the original's
/// place among its sources is not this server's.
public final class CrashRecovery {
    private final BackupId backup;
    private final BackupState state;
    private final PhysicalSection section;

    /// @throws IllegalArgumentException if it is not a physical backup
    public CrashRecovery(BackupReader reader) {
        this.backup = reader.manifest().backup();
        this.state = reader.manifest().state();
        PhysicalSection physical = state.physical();
        if (physical == null) {
            throw new IllegalArgumentException("not a physical backup");
        }
        this.section = physical;
    }

    /// What it came to.
    ///
    /// @param added GTIDs that no table's change stands for
    /// @param errors that other parts of the server reported while it started: a component that is
    ///   not installed here, for one
    public record Outcome(GtidSet added, List<String> errors) {
        public Outcome {
            errors = List.copyOf(errors);
        }
    }

    /// Proves it, and completes the executed GTIDs.
    ///
    /// @param sandbox started once on the folder, with an error log of its own
    /// @throws CorruptDataException if the server came to anything else
    public Outcome prove(Sandbox sandbox) {
        RecoveryLog log = RecoveryLog.read(sandbox.process().errorLog());
        demand(log, sandbox);
        try (Session session = sandbox.open()) {
            session.execute("RESET REPLICA ALL");
            return new Outcome(complete(session), log.otherErrors());
        }
    }

    /// Proves the first half, and asks what the server has executed: for a backup that does not
    /// know yet.
    ///
    /// @param sandbox as for [#prove]
    /// @throws CorruptDataException if its recovery was not that of the backup's redo log
    public GtidSet discover(Sandbox sandbox) {
        demand(RecoveryLog.read(sandbox.process().errorLog()), sandbox);
        try (Session session = sandbox.open()) {
            return executed(session);
        }
    }

    private void demand(RecoveryLog log, Sandbox sandbox) {
        Path errorLog = sandbox.process().errorLog();
        if (!log.innodbErrors().isEmpty()) {
            throw different(
                    kept(errorLog), "InnoDB reports: " + String.join("; ", log.innodbErrors()));
        }
        demandReached(log, errorLog);
    }

    /// Proves that the redo log was read from the backup's checkpoint to its end, by a server that
    /// complains about tablespaces which are missing on purpose.
    ///
    /// @param errorLog of that server's only start
    /// @throws CorruptDataException if it was not
    public void proveReached(Path errorLog) {
        demandReached(RecoveryLog.read(errorLog), errorLog);
    }

    private void demandReached(RecoveryLog log, Path errorLog) {
        if (log.checkpointLsn().orElse(-1) != section.startLsn()) {
            throw different(
                    kept(errorLog),
                    Text.format(
                            "recovery began at LSN %s, expected %d",
                            shown(log.checkpointLsn()), section.startLsn()));
        }
        long reached = log.scannedLsn().orElse(-1);
        // Behind a full block the server counts the next one's header, before there is one. It
        // scans
        // nothing if its files say that it was shut down in order.
        boolean isAtEnd =
                reached == section.endLsn()
                        || (log.scannedLsn().isEmpty() && section.startLsn() == section.endLsn())
                        || (reached == RedoBlock.start(section.endLsn())
                                && section.endLsn() - reached == RedoBlock.HEADER_BYTES);
        if (!isAtEnd) {
            throw different(
                    kept(errorLog),
                    Text.format(
                            "recovery ended at LSN %s, expected %d",
                            shown(log.scannedLsn()), section.endLsn()));
        }
    }

    private static String kept(Path errorLog) {
        return ErrorLog.keep(errorLog).toString();
    }

    private static String shown(OptionalLong lsn) {
        return lsn.isPresent() ? Long.toString(lsn.getAsLong()) : "unknown";
    }

    private GtidSet complete(Session session) {
        GtidSet expected = state.gtidSet();
        GtidSet executed = executed(session);
        GtidSet foreign = executed.subtract(expected);
        if (!foreign.isEmpty()) {
            throw different(
                    session.server().toString(),
                    "the server has executed what the backup has not: " + brief(foreign));
        }
        GtidSet missing = expected.subtract(executed);
        if (!missing.isEmpty()) {
            session.execute("SET GLOBAL gtid_purged = '+" + missing + "'");
            GtidSet completed = executed(session);
            if (!completed.equals(expected)) {
                throw different(
                        session.server().toString(),
                        Text.format(
                                "gtid_executed is '%s', expected '%s'",
                                brief(completed), brief(expected)));
            }
        }
        return missing;
    }

    private static GtidSet executed(Session session) {
        return GtidSet.parse(
                session.query("SELECT @@GLOBAL.gtid_executed AS g").only().string("g"));
    }

    private static String brief(GtidSet set) {
        String text = set.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private CorruptDataException different(String where, String what) {
        return new CorruptDataException(
                Problem.of(RecoveryError.CRASH_RECOVERY_DIFFERENT)
                        .what("%s", what)
                        .where("backup %s, %s", backup, where)
                        .remedy(
                                "Restore again into a new folder, or another backup; report it if it repeats."));
    }
}
