package io.holdfast.cli;

import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Text;
import io.holdfast.repository.BackupId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Says what a physical backup did, to people and to machines.
final class PhysicalBackupPrinter {
    private PhysicalBackupPrinter() {}

    static void print(Output output, PhysicalBackupReport report, String repository) {
        double seconds = Math.max(0.001, report.total().toMillis() / 1000.0);
        output.line(
                "physical backup %s of MySQL %s, server %s",
                report.backup(), report.server().version(), report.server().uuid());
        output.line("  moment   %s", report.consistentAt());
        if (!report.gtidSet().isEmpty()) {
            output.line("  GTID set %s", report.gtidSet().toString());
        }
        if (report.position() != null) {
            output.line("  binlog   %s", report.position().toString());
        }
        output.line(
                "  redo     LSN %d to %d, %s",
                report.startLsn(), report.endLsn(), Text.bytes(report.redoBytes()));
        output.line("  method   %s", method(report));
        output.line(
                "  holds    %,d files with %,d pages, %,d of them stored now",
                report.fileCount(), report.pageCount(), report.changedPageCount());
        output.line(
                "  size     %s, stored as %s",
                Text.bytes(report.readBytes()), Text.bytes(report.storedBytes()));
        output.line(
                "  took     %.1f s (%s/s); DDL was held back for %.1f s",
                seconds,
                Text.bytes((long) (report.readBytes() / seconds)),
                report.ddlBlocked().toMillis() / 1000.0);
        if (report.rereadPages() > 0) {
            output.line(
                    "  read %,d pages again that were just being written", report.rereadPages());
        }
        for (String note : report.notes()) {
            output.line("  note: %s", note);
        }
        output.line("next:");
        output.line("  holdfast restore %s --into DIR --repo %s", report.backup(), repository);
        output.line(
                "  holdfast archive --repo %s     (to recover to any moment from here on)",
                repository);
    }

    private static String method(PhysicalBackupReport report) {
        String words =
                switch (report.method()) {
                    case FULL -> "full";
                    case SCAN -> "incremental, all pages read, based on " + bases(report);
                    case TRACKING ->
                            "incremental, the server told the changed pages, based on "
                                    + report.base();
                    case CLONE -> "clone";
                };
        return report.whyNot().isEmpty() ? words : words + "; " + report.whyNot();
    }

    private static String bases(PhysicalBackupReport report) {
        List<String> words = new ArrayList<>();
        if (report.base() != null) {
            words.add(report.base().toString());
        }
        report.unfinished().forEach(id -> words.add(id + " (which was broken off)"));
        return String.join(", ", words);
    }

    static Map<String, Object> fields(PhysicalBackupReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", report.backup().toString());
        fields.put("kind", "PHYSICAL");
        fields.put("server", report.server().uuid().toString());
        fields.put("serverVersion", report.server().version());
        fields.put("consistentAt", report.consistentAt().toString());
        fields.put("gtidSet", report.gtidSet().toString());
        if (report.position() != null) {
            fields.put("position", report.position().toString());
        }
        fields.put("seconds", report.total().toMillis() / 1000.0);
        fields.put("ddlBlockedMillis", report.ddlBlocked().toMillis());
        fields.put("method", report.method().name());
        if (report.base() != null) {
            fields.put("base", report.base().toString());
        }
        if (!report.unfinished().isEmpty()) {
            fields.put("unfinished", report.unfinished().stream().map(BackupId::toString).toList());
        }
        if (!report.whyNot().isEmpty()) {
            fields.put("why", report.whyNot());
        }
        fields.put("startLsn", report.startLsn());
        fields.put("endLsn", report.endLsn());
        fields.put("files", report.fileCount());
        fields.put("pages", report.pageCount());
        fields.put("changedPages", report.changedPageCount());
        fields.put("redoBytes", report.redoBytes());
        fields.put("rereadPages", report.rereadPages());
        fields.put("rawBytes", report.readBytes());
        fields.put("storedBytes", report.storedBytes());
        fields.put("notes", report.notes());
        return fields;
    }
}
