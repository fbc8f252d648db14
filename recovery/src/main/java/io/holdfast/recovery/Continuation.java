package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.mysqld.DataDirectory;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.plan.BackupChoice;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/// What must hold before a recovered folder is rolled further forward: it was finished once, it is
/// of this repository, it stands before the new moment, its server does not run and has executed
/// nothing of its own since. One transaction of its own and later ones may conflict, or, worse, not
/// conflict.
final class Continuation {
    private static final String RAN_WITH_BINARY_LOG =
            "its server has no GTIDs and has run with a binary log, so it may have executed something";

    private Continuation() {}

    /// The folder's marker.
    ///
    /// @throws RefusedException if it is no finished folder of this repository
    static Marker marker(Path folder, Repository repository) {
        Marker marker =
                RecoveredFolder.at(folder)
                        .marker()
                        .orElseThrow(
                                () -> refused(folder, "it is no folder that Holdfast recovered"));
        if (marker.stage() == Marker.Stage.UNFINISHED || marker.stage() == Marker.Stage.REWRITING) {
            throw refused(folder, "the recovery into it was never finished");
        }
        mustNotRun(folder);
        if (!marker.repository().equals(repository.id().toString())) {
            throw refused(folder, "it was recovered from another repository");
        }
        return marker;
    }

    /// Two servers on one data directory would destroy it; InnoDB's lock only makes the second one
    /// wait for minutes.
    private static void mustNotRun(Path folder) {
        OptionalLong running =
                DataDirectory.open(RecoveredFolder.at(folder).data()).runningServer();
        if (running.isPresent()) {
            throw new RefusedException(
                    Problem.of(RecoveryError.CONTINUE_REFUSED)
                            .what("its server runs")
                            .where("%s, process %d", folder, running.getAsLong())
                            .remedy("Stop it first: kill %d", running.getAsLong()));
        }
    }

    private static RefusedException refused(Object folder, String why) {
        return new RefusedException(
                Problem.of(RecoveryError.CONTINUE_REFUSED)
                        .what("%s", why)
                        .where("%s", folder)
                        .remedy("Recover into a new folder."));
    }

    /// @throws RefusedException if the moment lies before the folder's, or cannot be reached
    static RecoveryPlan plan(Planner planner, Marker marker, BackupHead head, Cut cut) {
        BackupChoice standing = standing(marker, head);
        try {
            return planner.plan(List.of(standing));
        } catch (RefusedException refusal) {
            if (refusal.problem().code() != RecoveryError.NO_BACKUP_BEFORE_MOMENT) {
                throw refusal;
            }
            throw new RefusedException(
                    Problem.of(RecoveryError.CONTINUE_BACKWARDS)
                            .what(
                                    "the folder stands at %s, behind the moment",
                                    marker.gtids().isEmpty()
                                            ? String.valueOf(marker.position())
                                            : Recovery.shown(marker.gtids()))
                            .where("moment %s of history %s", cut.position(), cut.history())
                            .remedy("Choose a later moment, or recover into a new folder."),
                    refusal);
        }
    }

    /// What a folder that is continued stands for, as a plan sees it.
    private static BackupChoice standing(Marker marker, BackupHead head) {
        return new BackupChoice(
                head.backup().text(),
                head.server().uuid(),
                marker.history().isEmpty() ? head.history() : marker.history(),
                marker.gtids(),
                marker.position(),
                Instant.EPOCH,
                head.server().version(),
                head.kind(),
                0,
                0);
    }

    /// Refuses a server that has executed anything of its own, or is another than the marker says.
    static void mustBeUntouched(Session session, RecoveredFolder folder, Marker marker) {
        UUID uuid = ServerProof.serverUuid(session);
        GtidSet executed = ServerProof.executed(session);
        boolean hasOwn = executed.sources().stream().map(GtidSource::uuid).anyMatch(uuid::equals);
        if (hasOwn || !executed.equals(marker.gtids())) {
            throw refused(
                    folder.folder(),
                    "its server has executed transactions of its own: "
                            + Recovery.shown(executed.subtract(marker.gtids())));
        }
        if (!uuid.equals(marker.server())) {
            throw refused(folder.folder(), "its server is " + uuid + ", not " + marker.server());
        }
        if (marker.gtids().isEmpty() && hasBinaryLogs(folder)) {
            throw refused(folder.folder(), RAN_WITH_BINARY_LOG);
        }
    }

    /// Refuses a server that stands anywhere else than on the way from where its folder was
    /// finished last.
    static void mustBeOnItsWay(
            Session session, RecoveredFolder folder, Marker marker, boolean hasGtids) {
        UUID uuid = ServerProof.serverUuid(session);
        GtidSet executed = ServerProof.executed(session);
        if (!uuid.equals(marker.server())) {
            throw refused(folder.folder(), "its server is " + uuid + ", not " + marker.server());
        }
        if (executed.sources().stream().map(GtidSource::uuid).anyMatch(uuid::equals)) {
            throw refused(folder.folder(), "its server has executed transactions of its own");
        }
        if (!executed.containsAll(marker.gtids())) {
            throw refused(
                    folder.folder(),
                    "its server lacks what it had: "
                            + Recovery.shown(marker.gtids().subtract(executed)));
        }
        if (!hasGtids && hasBinaryLogs(folder)) {
            throw refused(folder.folder(), RAN_WITH_BINARY_LOG);
        }
    }

    /// Holdfast itself always runs a sandbox without one.
    private static boolean hasBinaryLogs(RecoveredFolder folder) {
        try (var indexes = Files.newDirectoryStream(folder.data(), "*.index")) {
            return indexes.iterator().hasNext();
        } catch (IOException _) {
            return true;
        }
    }
}
