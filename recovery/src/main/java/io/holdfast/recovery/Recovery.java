package io.holdfast.recovery;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.archive.ArchiveView;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.moment.LogHistory;
import io.holdfast.recovery.moment.MomentResolver;
import io.holdfast.recovery.moment.StatementMatch;
import io.holdfast.recovery.plan.BackupChoice;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.recovery.plan.RecoveryPlan;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Brings a server back to a moment.
///
/// Decided first, and refused first: which cut the moment means, which backup it is reached from,
/// whether the archive has every transaction between the two, whether mysqld, folder and disk are
/// fit. Only then is anything touched. What fails afterwards leaves no folder behind that could be
/// taken for a good one.
public final class Recovery {
    private final Repository repository;
    private final MysqldHome home;
    private final Progress progress;

    public Recovery(Repository repository, MysqldHome home, Progress progress) {
        this.repository = repository;
        this.home = home;
        this.progress = progress;
    }

    /// What was decided, before anything is touched.
    ///
    /// @param base the folder's marker if it is continued
    record Decision(ArchiveView view, RecoveryPlan plan, Optional<Marker> base) {
        Decision with(RecoveryPlan newPlan) {
            return new Decision(view, newPlan, base);
        }
    }

    /// Decides how the moment is reached; touches nothing.
    ///
    /// @throws io.holdfast.core.UsageException if the moment could mean several histories
    /// @throws RefusedException if it cannot be reached; the reason names what is missing
    /// @throws io.holdfast.core.UnavailableException if the disk is too small
    public RecoveryPlan plan(RecoveryRequest request) {
        return decide(request).plan();
    }

    /// Recovers, proves what it did, and leaves the server stopped.
    ///
    /// @throws RefusedException as [#run(RecoveryRequest, Afterwards)]
    /// @throws CorruptDataException as there
    public RecoveryReport run(RecoveryRequest request) {
        return run(request, Afterwards.STOP);
    }

    /// Recovers, and proves what it did.
    ///
    /// @throws RefusedException as [#plan], or if the applier stopped at a transaction
    /// @throws CorruptDataException if backup or archive are damaged, or the result is not exactly
    ///   what was planned
    public RecoveryReport run(RecoveryRequest request, Afterwards afterwards) {
        Decision decision = decide(request);
        var bench = new Workbench(repository, home, progress, request, afterwards);
        return decision.base().isPresent()
                ? new Onward(bench).run(decision)
                : new Rebuild(bench).run(decision);
    }

    private Decision decide(RecoveryRequest request) {
        Optional<Marker> base = Optional.empty();
        if (request.isContinued()) {
            base = Optional.of(Continuation.marker(request.into(), repository));
        } else {
            RecoveredFolder.refuseOccupied(request.into());
        }
        progress.say("reading the archive's indexes");
        ArchiveView view = ArchiveView.of(repository);
        Cut cut = resolve(request, view, base);
        var planner = new Planner(view.upTo(cut), cut, request.skips());
        RecoveryPlan plan;
        if (base.isPresent()) {
            plan = Continuation.plan(planner, base.get(), backup(base.get()), cut);
        } else {
            plan =
                    request.backup() == null
                            ? fromAnyBackup(planner)
                            : from(request.backup(), planner);
            Groundwork.mustBePossible(
                    repository.openBackup(new BackupId(plan.backup().id())),
                    home,
                    request.into(),
                    plan.bytes());
        }
        var versions = new ArrayList<>(List.of(plan.backup().serverVersion()));
        plan.steps().forEach(step -> versions.addAll(view.serverVersions(step.history())));
        TargetServer.mustNotBeOlder(home, versions);
        return new Decision(view, plan, base);
    }

    /// Histories of one server are tried together; a folder that is continued stays in its own.
    private static Cut resolve(RecoveryRequest request, ArchiveView view, Optional<Marker> base) {
        String history = request.history();
        UUID server = request.server();
        List<LogHistory> candidates =
                view.logs().stream()
                        .filter(log -> history == null || log.id().equals(history))
                        .filter(log -> server == null || log.server().equals(server))
                        .toList();
        if (history == null && base.isPresent() && !base.get().history().isEmpty()) {
            String own = base.get().history();
            List<LogHistory> same =
                    candidates.stream().filter(log -> log.id().equals(own)).toList();
            candidates = same.isEmpty() ? candidates : same;
        }
        // Names are compared without case: to find too many is harmless, they are listed.
        return new MomentResolver(candidates, request.clock(), new StatementMatch(true))
                .resolve(request.moment());
    }

    private RecoveryPlan from(BackupId asked, Planner planner) {
        return planner.plan(List.of(choice(repository.openBackup(asked).manifest().head())));
    }

    /// Plans from the newest backup that can be read. One that cannot is no reason to refuse those
    /// that can.
    ///
    /// @throws CorruptDataException if none of those will do
    private RecoveryPlan fromAnyBackup(Planner planner) {
        var choices = new ArrayList<BackupChoice>();
        var damaged = new ArrayList<Problem>();
        var ofOthers = new ArrayList<BackupHead>();
        for (BackupListing listing : repository.catalogue().provenBackups()) {
            switch (listing) {
                case BackupListing.Whole(BackupHead head) -> {
                    if (isFilesOfAnotherVersion(head)) {
                        ofOthers.add(head);
                    } else {
                        choices.add(choice(head));
                    }
                }
                case BackupListing.Unreadable(BackupId id, Problem problem) -> {
                    damaged.add(problem);
                    progress.say("backup " + id + " is damaged and passed over: " + problem.what());
                }
            }
        }
        try {
            RecoveryPlan plan = planner.plan(choices);
            sayPassedOver(ofOthers, plan);
            return plan;
        } catch (RefusedException refusal) {
            if (!ofOthers.isEmpty()) {
                mustNotNeed(ofOthers, planner);
            }
            if (damaged.isEmpty()) {
                throw refusal;
            }
            Problem newest = damaged.getLast();
            throw new CorruptDataException(
                    Problem.of(RecoveryError.BACKUP_NOT_USABLE)
                            .what(
                                    "%s; %d more are damaged, the newest: %s",
                                    refusal.problem().what(), damaged.size(), newest.what())
                            .where("%s", newest.where())
                            .remedy(
                                    "Put that object back from a copy of the repository; 'holdfast list' shows all"
                                            + " backups."),
                    refusal);
        }
    }

    /// A physical backup of a server of another version than the mysqld at hand is passed over: an
    /// older backup and more of the log lead to the same moment.
    private boolean isFilesOfAnotherVersion(BackupHead head) {
        return head.kind() == BackupKind.PHYSICAL
                && !TargetServer.isOfVersion(home, head.server().version());
    }

    private void sayPassedOver(List<BackupHead> heads, RecoveryPlan plan) {
        heads.stream()
                .filter(head -> head.consistentAt().isAfter(plan.backup().consistentAt()))
                .forEach(head ->
                        progress.say(
                                Text.format(
                                        "backup %s is passed over: it is the files of a MySQL %s, and this mysqld"
                                                + " is a %s",
                                        head.backup(), head.server().version(), home.version())));
    }

    /// @throws RefusedException naming the version that is needed, if another mysqld could do it
    private void mustNotNeed(List<BackupHead> heads, Planner planner) {
        RecoveryPlan plan;
        try {
            plan = planner.plan(heads.stream().map(this::choice).toList());
        } catch (RefusedException _) {
            return; // they would not do with any mysqld
        }
        TargetServer.mustBeOfVersion(home, plan.backup().serverVersion());
    }

    /// What an incremental backup stored says nothing of what it lays down: its manifest does.
    private BackupChoice choice(BackupHead head) {
        long layBytes = head.rawBytes();
        long redoBytes = 0;
        if (head.kind() == BackupKind.PHYSICAL) {
            PhysicalSection pages =
                    repository.openBackup(head.backup()).manifest().state().physical();
            if (pages != null) {
                layBytes = pages.pageCount() * pages.pageBytes();
                redoBytes = pages.redo().bytes();
            }
        }
        return new BackupChoice(
                head.backup().text(),
                head.server().uuid(),
                head.history(),
                head.gtidSet(),
                head.position(),
                head.consistentAt(),
                head.server().version(),
                head.kind(),
                layBytes,
                redoBytes);
    }

    private BackupHead backup(Marker marker) {
        BackupReader reader = repository.openBackup(new BackupId(marker.backup()));
        return reader.manifest().head();
    }

    /// A GTID set short enough for a message.
    static String shown(GtidSet set) {
        String text = set.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
