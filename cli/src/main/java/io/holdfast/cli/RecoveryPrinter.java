package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import io.holdfast.core.ShellWords;
import io.holdfast.core.Text;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RunningServer;
import io.holdfast.recovery.events.EventRepair;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.recovery.moment.Cut;
import io.holdfast.recovery.moment.LoggedTransaction;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.physical.DeltaReport;
import io.holdfast.recovery.physical.PhysicalReport;
import io.holdfast.recovery.plan.RecoveryPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prints plans and reports of recoveries, for people and for machines.
final class RecoveryPrinter {
    private static final int NAMES_MAX = 20;

    private RecoveryPrinter() {}

    static void plan(RecoveryPlan plan, Clock clock, Output output) {
        output.line("this would be done:");
        plan.describe().forEach(line -> output.line("  %s", line));
        cut(plan.cut(), clock, output);
        output.object(planFields(plan, clock));
    }

    static void report(RecoveryReport report, Clock clock, Output output) {
        output.line(
                "recovered into %s in %s, from backup %s",
                report.folder(), seconds(report.total()), report.backup());
        report.plan()
                .filter(plan -> !plan.passedOver().isEmpty())
                .ifPresent(plan -> {
                    RecoveryPlan.PassedOver next = plan.passedOver().getFirst();
                    output.line("  chosen by estimate, %s", plan.effort().describe());
                    output.line("    not %s, %s", next.id(), next.effort().describe());
                });
        report.load().ifPresent(load -> loaded(load, output));
        report.physical().ifPresent(physical -> laid(physical, output));
        if (report.plan().isPresent()) {
            RecoveryPlan plan = report.plan().get();
            output.line(
                    "  replayed %d transactions, %s of log",
                    report.transactions(), Text.bytes(report.logBytes()));
            cut(plan.cut(), clock, output);
        }
        output.line(
                "  executed: %s",
                report.executed().isEmpty()
                        ? report.plan()
                                .map(plan -> "up to " + plan.cut().position())
                                .orElse("no GTIDs")
                        : report.executed());
        events(report.events(), output);
        if (report.tablesChecked() > 0) {
            output.line("  %d tables checked", report.tablesChecked());
        }
        for (String xa : report.preparedXa()) {
            output.line("  XA transaction %s is prepared; XA COMMIT or XA ROLLBACK ends it", xa);
        }
        output.line("time");
        for (RecoveryReport.Phase phase : report.phases()) {
            output.line("  %10s  %s", seconds(phase.time()), phase.name());
        }
        report.running().ifPresent(server -> running(server, output));
        output.line("next");
        if (report.running().isPresent()) {
            output.line("  stop it:      %s", report.running().get().stopCommand());
        }
        output.line("  start it:     %s", report.startCommand());
        output.line(
                "  its settings: those that shape data are in the option file; what else the original had set"
                        + " stands there as comments");
        output.line(
                "  so started:   only its socket reaches it and no event runs, until you take those lines out");
        output.line(
                "  its owner:    %s; for another: chown -R mysql: %s, and that user starts it",
                System.getProperty("user.name"), ShellWords.quote(report.folder()));
        output.line(
                "  go further:   holdfast recover --to MOMENT --continue %s%s",
                ShellWords.quote(report.folder()),
                report.running().isPresent() ? "   (once it is stopped)" : "");
        output.object(fields(report, clock));
    }

    private static void running(RunningServer server, Output output) {
        output.line("running");
        output.line("  process %d, on the socket %s only", server.pid(), server.socket());
        output.line("  connect:      %s", server.connectCommand());
        output.line("                (the accounts and passwords are the original's)");
        if (server.isReadOnly()) {
            output.line(
                    "  nobody can write on it; to allow that: SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF");
        }
    }

    private static void loaded(LoadReport load, Output output) {
        output.line(
                "  loaded %d rows of %d tables and %d objects, all proven equal to the backup",
                load.rowCount(), load.tableCount(), load.objectCount());
        load.findings()
                .forEach(
                        finding -> output.line("  note: %s: %s", finding.object(), finding.what()));
    }

    private static void laid(PhysicalReport laid, Output output) {
        output.line(
                "  laid down %d pages in %d files; crash recovery from LSN %d to %d, as the backup says",
                laid.pages(), laid.files(), laid.startLsn(), laid.endLsn());
        if (!laid.added().isEmpty()) {
            output.line(
                    "  added to the executed set, of statements that changed no InnoDB table: %s",
                    laid.added());
        }
        laid.delta().ifPresent(delta -> changed(delta, output));
        laid.errors().forEach(error -> output.line("  note: the server said: %s", error));
        laid.channels().forEach(channel -> output.line("  note: %s", channel));
    }

    private static void changed(DeltaReport delta, Output output) {
        output.line(
                "  compared %d pages with those that were there, wrote %d (%s)",
                delta.pagesCompared(), delta.pagesWritten(), Text.bytes(delta.bytesWritten()));
        names("renamed", delta.renamed(), output);
        names("removed, the backup does not have it", delta.removed(), output);
        names("put into " + delta.asideFolder(), delta.aside(), output);
        names("left alone, the backup does not have it", delta.kept(), output);
        delta.hints().forEach(hint -> output.line("  note: %s", hint));
    }

    static void names(String what, List<String> files, Output output) {
        files.stream().limit(NAMES_MAX).forEach(file -> output.line("  %s: %s", what, file));
        if (files.size() > NAMES_MAX) {
            output.line("  %s: %d more files", what, files.size() - NAMES_MAX);
        }
    }

    private static void cut(Cut cut, Clock clock, Output output) {
        output.line("  cut at %s", cut.position());
        output.line("    last one in:   %s", described(cut.before(), clock));
        output.line("    first one out: %s", described(cut.after(), clock));
    }

    private static String described(@Nullable LoggedTransaction transaction, Clock clock) {
        return transaction == null ? "none" : transaction.describe(clock);
    }

    private static void events(EventRepair.Outcome events, Output output) {
        if (!events.repaired().isEmpty()) {
            output.line("  %d events got their status back", events.repaired().size());
        }
        for (EventRepair.Repaired event : events.repaired()) {
            if (event.wasOver()) {
                output.line(
                        "  event %s.%s stays disabled: its schedule was over",
                        event.schema(), event.event());
            }
        }
        for (String event : events.unknown()) {
            output.line("  event %s is disabled; what it was is not known", event);
        }
    }

    static String seconds(Duration time) {
        return Text.format("%.1f s", time.toMillis() / 1000.0);
    }

    private static Map<String, Object> planFields(RecoveryPlan plan, Clock clock) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("backup", plan.backup().id());
        fields.put("history", plan.cut().history());
        fields.put("position", plan.cut().position().toString());
        fields.put("transactions", plan.transactions());
        fields.put("logBytes", plan.bytes());
        fields.put("lastIn", described(plan.cut().before(), clock));
        fields.put("firstOut", described(plan.cut().after(), clock));
        fields.put("estimatedSeconds", plan.effort().total().toMillis() / 1000.0);
        Map<String, Object> others = new LinkedHashMap<>();
        plan.passedOver()
                .forEach(other ->
                        others.put(other.id(), other.effort().total().toMillis() / 1000.0));
        fields.put("passedOverSeconds", others);
        fields.put("steps", plan.describe());
        return fields;
    }

    private static Map<String, Object> fields(RecoveryReport report, Clock clock) {
        Map<String, Object> fields = new LinkedHashMap<>();
        report.plan().ifPresent(plan -> fields.put("plan", planFields(plan, clock)));
        fields.put("folder", report.folder().toString());
        fields.put("backup", report.backup());
        fields.put("executed", report.executed().toString());
        fields.put("transactions", report.transactions());
        fields.put("logBytes", report.logBytes());
        report.load().ifPresent(load -> fields.put("rows", load.rowCount()));
        report.load().ifPresent(load -> fields.put("tables", load.tableCount()));
        report.physical().ifPresent(laid -> fields.put("physical", physicalFields(laid)));
        fields.put("eventsSetRight", report.events().repaired().size());
        fields.put("eventsUnknown", report.events().unknown());
        fields.put("preparedXa", report.preparedXa());
        fields.put("seconds", report.total().toMillis() / 1000.0);
        List<Map<String, Object>> phases = new ArrayList<>();
        for (RecoveryReport.Phase phase : report.phases()) {
            phases.add(Map.of("phase", phase.name(), "seconds", phase.time().toMillis() / 1000.0));
        }
        fields.put("phases", phases);
        fields.put("startCommand", report.startCommand());
        report.running()
                .ifPresent(server -> {
                    Map<String, Object> running = new LinkedHashMap<>();
                    running.put("pid", server.pid());
                    running.put("socket", server.socket().toString());
                    running.put("isReadOnly", server.isReadOnly());
                    running.put("connectCommand", server.connectCommand());
                    running.put("stopCommand", server.stopCommand());
                    fields.put("running", running);
                });
        return fields;
    }

    private static Map<String, Object> physicalFields(PhysicalReport laid) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("files", laid.files());
        fields.put("pages", laid.pages());
        fields.put("startLsn", laid.startLsn());
        fields.put("endLsn", laid.endLsn());
        fields.put("gtidsAdded", laid.added().toString());
        fields.put("serverErrors", laid.errors());
        fields.put("channels", laid.channels());
        laid.delta().ifPresent(delta -> fields.put("delta", delta));
        return fields;
    }
}
