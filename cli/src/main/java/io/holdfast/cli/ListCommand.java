package io.holdfast.cli;

import io.holdfast.backup.archive.ArchiveOverview;
import io.holdfast.backup.archive.ArchiveStatus;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.Repository;
import io.holdfast.repository.archive.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `holdfast list`: what there is to restore, and up to when.
@Command(name = "list", description = "List the backups, and how far the archive reaches.")
final class ListCommand implements Runnable {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Override
    public void run() {
        Output output = common.output();
        Repository repository = common.openRepository();
        List<BackupListing> backups = repository.catalogue().provenBackups();
        output.line("%d backups", backups.size());
        for (BackupListing listing : backups) {
            switch (listing) {
                case BackupListing.Whole(BackupHead head) -> backup(output, head);
                case BackupListing.Unreadable(BackupId id, Problem problem) ->
                        damaged(output, id, problem);
            }
        }
        repository.catalogue().incompleteIds().forEach(id -> incomplete(output, id));
        List<ArchiveOverview> histories = ArchiveOverview.of(repository, ArchiveCommand.journals());
        output.line("%d histories", histories.size());
        Instant now = Instant.now();
        histories.forEach(history -> history(output, history, now));
    }

    private static void damaged(Output output, BackupId id, Problem problem) {
        String remedy =
                Text.format(
                        "take a new one with 'holdfast backup'; recover passes this one over and begins with an"
                                + " older one; put %s back if there is a copy of the repository",
                        id.manifestKey());
        output.line("  %s  DAMAGED, it cannot be restored: %s", id, problem.what());
        output.line("    where: %s", problem.where());
        output.line("    do:    %s", remedy);
        output.object(
                object(
                        "backup",
                        "id",
                        id,
                        "state",
                        "damaged",
                        "error",
                        problem.code().name(),
                        "problem",
                        problem.what(),
                        "where",
                        problem.where(),
                        "do",
                        remedy));
    }

    private static void incomplete(Output output, BackupId id) {
        output.line(
                "  %s  INCOMPLETE, it cannot be restored: its proof by a recovery is under way, or was broken off",
                id);
        output.line("    do:    take a new one unless `holdfast backup` is still running");
        output.object(object("backup", "id", id, "state", "incomplete"));
    }

    private static void backup(Output output, BackupHead head) {
        String kind = head.kind().name().toLowerCase(Locale.ROOT);
        output.line(
                "  %s  %s of %s at %s  %s, %s stored",
                head.backup(),
                kind,
                head.server().uuid(),
                head.consistentAt(),
                head.position() == null ? "by GTIDs" : head.position(),
                Text.bytes(head.storedBytes()));
        output.object(
                object(
                        "backup",
                        "id",
                        head.backup(),
                        "state",
                        "whole",
                        "kind",
                        kind,
                        "server",
                        head.server().uuid(),
                        "moment",
                        head.consistentAt(),
                        "gtidSet",
                        head.gtidSet(),
                        "position",
                        head.position(),
                        "rawBytes",
                        head.rawBytes(),
                        "storedBytes",
                        head.storedBytes()));
    }

    private static void history(Output output, ArchiveOverview overview, Instant now) {
        ArchiveStatus status = overview.inJournal();
        output.line(
                "  %s  %s, %s archived",
                overview.history().history(),
                overview.history().reason(),
                Text.bytes(overview.byteCount()));
        if (overview.inRepository() != null) {
            output.line(
                    "    in the repository up to %s%s",
                    overview.inRepository(),
                    overview.lastCommitted() == null ? "" : ", " + overview.lastCommitted());
        }
        if (status != null) {
            boolean isRunning = status.hasLiveWriter();
            output.line(
                    "    in the journal up to %s, %s behind the server (%s, %d s ago)",
                    String.valueOf(status.inJournal()),
                    Text.bytes(status.bytesBehind()),
                    isRunning
                            ? status.isConnected() ? "following" : "not connected"
                            : "not running",
                    Duration.between(status.written(), now).toSeconds());
        }
        for (ArchiveOverview.Range range : overview.ranges()) {
            output.line(
                    "    restorable from %s (%s, backup %s)\n                 to %s%s",
                    range.from(),
                    range.fromTime(),
                    range.oldest(),
                    range.to(),
                    range.toTime() == null ? "" : " (" + range.toTime() + ")");
        }
        for (Gap gap : overview.gaps()) {
            output.line(
                    "    GAP behind %s, before %s: %s", gap.after(), gap.before(), gap.reason());
        }
        Map<String, Object> object =
                object(
                        "history",
                        "id",
                        overview.history().history(),
                        "server",
                        overview.history().server(),
                        "reason",
                        overview.history().reason(),
                        "predecessor",
                        overview.history().predecessor(),
                        "inRepository",
                        overview.inRepository(),
                        "lastCommitted",
                        overview.lastCommitted(),
                        "bytes",
                        overview.byteCount(),
                        "gaps",
                        overview.gaps().size());
        if (status != null) {
            object.put(
                    "archiver",
                    object(
                            "status",
                            "isRunning",
                            status.hasLiveWriter(),
                            "isConnected",
                            status.isConnected(),
                            "inJournal",
                            status.inJournal(),
                            "inRepository",
                            status.inRepository(),
                            "onServer",
                            status.onServer(),
                            "bytesBehind",
                            status.bytesBehind(),
                            "written",
                            status.written()));
        }
        object.put(
                "restorable",
                overview.ranges().stream()
                        .map(range ->
                                object(
                                        "range",
                                        "backup",
                                        range.oldest(),
                                        "from",
                                        range.from(),
                                        "fromTime",
                                        range.fromTime(),
                                        "to",
                                        range.to(),
                                        "toTime",
                                        range.toTime(),
                                        "gtidSet",
                                        range.executed()))
                        .toList());
        output.object(object);
    }

    /// Names and values by turns; what is no number and no truth value as text, nulls left out.
    static Map<String, Object> object(String type, @Nullable Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", type);
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                boolean isPlain = value instanceof Number || value instanceof Boolean;
                fields.put(String.valueOf(pairs[i]), isPlain ? value : String.valueOf(value));
            }
        }
        return fields;
    }
}
