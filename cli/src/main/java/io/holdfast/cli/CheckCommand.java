package io.holdfast.cli;

import io.holdfast.cli.check.Finding;
import io.holdfast.cli.check.Judge;
import io.holdfast.cli.check.ServerProbe;
import io.holdfast.cli.check.ServerState;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.Session;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `holdfast check`: is this server protectable?
@Command(
        name = "check",
        description = {
            "Say whether a server can be backed up, archived and recovered, and what to mend.",
            "Grants are judged for a logical backup and the archive; 'backup --physical' says itself what it lacks.",
            "Changes nothing. Exit status 0 if it can, 3 if something makes it impossible."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int REFUSED_STATUS = 3;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Override
    public Integer call() {
        ServerState state;
        try (Session session = Session.open(common.connectOptions())) {
            state = ServerProbe.look(session);
        }
        List<Finding> findings = new ArrayList<>(Judge.judge(state));
        findings.add(space(state.dataBytes()));
        report(state, findings);
        boolean isBlocked = findings.stream().anyMatch(one -> one.level() == Finding.Level.BLOCKER);
        return isBlocked ? REFUSED_STATUS : 0;
    }

    /// A first backup takes at most what the data takes; rows are compressed to a part of it.
    private Finding space(long dataBytes) {
        Path place;
        try {
            place = Path.of(common.repository()).toAbsolutePath();
        } catch (UsageException _) {
            return new Finding(
                    Finding.Level.NOTE,
                    "space",
                    "no repository is named, so its free space was not looked at",
                    "",
                    "Name one with --repo.");
        }
        Path existing = place;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing == null ? place : existing).getUsableSpace();
            String seen =
                    Text.format(
                            "%s free for %s, the server has %s of data",
                            Text.bytes(free), place, Text.bytes(dataBytes));
            return free > dataBytes
                    ? new Finding(Finding.Level.GOOD, "space", seen, "", "")
                    : new Finding(
                            Finding.Level.WARNING,
                            "space",
                            seen,
                            "a backup may not fit, although rows are compressed",
                            "Make room, or name another place with --repo.");
        } catch (IOException failure) {
            return new Finding(
                    Finding.Level.WARNING,
                    "space",
                    "the free space for " + place + " cannot be told: " + failure.getMessage(),
                    "",
                    "Check the folder.");
        }
    }

    private void report(ServerState state, List<Finding> findings) {
        Output output = common.output();
        output.line("server %s, %s of data", state.server(), Text.bytes(state.dataBytes()));
        output.line("");
        for (Finding finding : findings) {
            output.line("%-8s %s: %s", word(finding.level()), finding.subject(), finding.what());
            if (!finding.means().isEmpty()) {
                output.line("         so: %s", finding.means());
            }
            if (!finding.remedy().isEmpty()) {
                output.line("         do: %s", finding.remedy());
            }
        }
        output.line("");
        output.line("%s", verdict(findings));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("server", state.server());
        object.put("version", state.version());
        object.put("dataBytes", state.dataBytes());
        object.put("verdict", verdict(findings));
        object.put("findings", findings);
        output.object(object);
    }

    private static String verdict(List<Finding> findings) {
        long blockers = count(findings, Finding.Level.BLOCKER);
        long warnings = count(findings, Finding.Level.WARNING);
        if (blockers > 0) {
            return Text.format(
                    "not protectable yet: %d things stand in the way, %d more deserve a look",
                    blockers, warnings);
        }
        return warnings > 0
                ? Text.format("protectable; %d things deserve a look", warnings)
                : "protectable";
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(one -> one.level() == level).count();
    }

    private static String word(Finding.Level level) {
        return level == Finding.Level.GOOD ? "good" : level.name().toLowerCase(Locale.ROOT);
    }
}
