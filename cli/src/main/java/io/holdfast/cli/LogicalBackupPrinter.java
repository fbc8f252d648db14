package io.holdfast.cli;

import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Text;
import java.util.LinkedHashMap;
import java.util.Map;

/// Says what a logical backup did, to people and to machines.
final class LogicalBackupPrinter {
    private LogicalBackupPrinter() {}

    static void print(Output output, LogicalBackupReport report, String repository) {
        double seconds = Math.max(0.001, report.total().toMillis() / 1000.0);
        output.line(
                "backup %s of MySQL %s, server %s",
                report.backup(), report.server().version(), report.server().uuid());
        output.line("  moment   %s", report.consistentAt());
        if (!report.gtidSet().isEmpty()) {
            output.line("  GTID set %s", report.gtidSet().toString());
        }
        if (report.position() != null) {
            output.line("  binlog   %s", report.position().toString());
        }
        output.line(
                "  holds    %,d objects; %,d tables with %,d rows in %,d chunks",
                report.objectCount(), report.tableCount(), report.rowCount(), report.chunkCount());
        output.line(
                "  size     %s, stored as %s",
                Text.bytes(report.rowBytes()), Text.bytes(report.storedBytes()));
        output.line(
                "  took     %.1f s (%s/s); writers waited %d ms, DDL was held back for %.1f s",
                seconds,
                Text.bytes((long) (report.rowBytes() / seconds)),
                report.writersStopped().toMillis(),
                report.ddlBlocked().toMillis() / 1000.0);
        if (report.snapshots() > 1) {
            output.line(
                    "  began anew %d times, because the schema changed", report.snapshots() - 1);
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

    static Map<String, Object> fields(LogicalBackupReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", report.backup().toString());
        fields.put("kind", "LOGICAL");
        fields.put("server", report.server().uuid().toString());
        fields.put("serverVersion", report.server().version());
        fields.put("consistentAt", report.consistentAt().toString());
        fields.put("gtidSet", report.gtidSet().toString());
        if (report.position() != null) {
            fields.put("position", report.position().toString());
        }
        fields.put("seconds", report.total().toMillis() / 1000.0);
        fields.put("writersStoppedMillis", report.writersStopped().toMillis());
        fields.put("ddlBlockedMillis", report.ddlBlocked().toMillis());
        fields.put("snapshots", report.snapshots());
        fields.put("lockTries", report.lockTries());
        fields.put("objects", report.objectCount());
        fields.put("tables", report.tableCount());
        fields.put("chunks", report.chunkCount());
        fields.put("rows", report.rowCount());
        fields.put("rawBytes", report.rowBytes());
        fields.put("storedBytes", report.storedBytes());
        fields.put("notes", report.notes());
        return fields;
    }
}
