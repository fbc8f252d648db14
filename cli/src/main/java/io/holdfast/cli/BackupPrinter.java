package io.holdfast.cli;

import io.holdfast.backup.BackupReport;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.ShellWords;
import io.holdfast.core.Text;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Says of a backup what is the same for both kinds.
final class BackupPrinter {
    private BackupPrinter() {}

    /// What was backed up, and of which moment.
    static void printHead(Output output, String kind, BackupReport report) {
        output.line(
                "%s %s of MySQL %s, server %s",
                kind, report.backup(), report.server().version(), report.server().uuid());
        output.line("  moment   %s", report.consistentAt());
        if (!report.gtidSet().isEmpty()) {
            output.line("  GTID set %s", report.gtidSet());
        }
        if (report.position() != null) {
            output.line("  binlog   %s", report.position());
        }
    }

    static void printSize(Output output, long rawBytes, BackupReport report) {
        output.line(
                "  size     %s, stored as %s",
                Text.bytes(rawBytes), Text.bytes(report.storedBytes()));
    }

    /// How long it took, at how many bytes a second.
    static String took(long rawBytes, BackupReport report) {
        double seconds = Math.max(0.001, seconds(report.total()));
        return Text.format("%.1f s (%s/s)", seconds, Text.bytes((long) (rawBytes / seconds)));
    }

    static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /// What to look at, and what to do next.
    static void printEnd(Output output, BackupReport report, String repository) {
        for (String note : report.notes()) {
            output.line("  note: %s", note);
        }
        output.line("next:");
        output.line(
                "  holdfast restore %s --into DIR --repo %s",
                report.backup(), ShellWords.quote(repository));
        output.line(
                "  holdfast archive --repo %s     (to recover to any moment from here on)",
                ShellWords.quote(repository));
    }

    /// The members that both kinds have; the caller adds its own.
    static Map<String, Object> fields(BackupReport report, KindChoice choice) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", report.backup().toString());
        fields.put("kind", choice.kind().name());
        if (!choice.why().isEmpty()) {
            fields.put("kindBecause", choice.why());
        }
        fields.put("server", report.server().uuid().toString());
        fields.put("serverVersion", report.server().version());
        fields.put("consistentAt", report.consistentAt().toString());
        fields.put("gtidSet", report.gtidSet().toString());
        if (report.position() != null) {
            fields.put("position", report.position().toString());
        }
        fields.put("seconds", seconds(report.total()));
        fields.put("ddlBlockedMillis", report.ddlBlocked().toMillis());
        fields.put("storedBytes", report.storedBytes());
        fields.put("notes", report.notes());
        return fields;
    }
}
