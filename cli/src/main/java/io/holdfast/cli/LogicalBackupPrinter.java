package io.holdfast.cli;

import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.cli.shell.Output;
import java.util.Map;

/// Says what a logical backup did, to people and to machines.
final class LogicalBackupPrinter {
    private LogicalBackupPrinter() {}

    static void print(Output output, LogicalBackupReport report, String repository) {
        BackupPrinter.printHead(output, "logical backup", report);
        output.line(
                "  holds    %,d objects; %,d tables with %,d rows in %,d chunks",
                report.objectCount(), report.tableCount(), report.rowCount(), report.chunkCount());
        BackupPrinter.printSize(output, report.rowBytes(), report);
        output.line(
                "  took     %s; writers waited %d ms, DDL was held back for %.1f s",
                BackupPrinter.took(report.rowBytes(), report),
                report.writersStopped().toMillis(),
                BackupPrinter.seconds(report.ddlBlocked()));
        if (report.snapshots() > 1) {
            output.line(
                    "  began anew %d times, because the schema changed", report.snapshots() - 1);
        }
        BackupPrinter.printEnd(output, report, repository);
    }

    static Map<String, Object> fields(LogicalBackupReport report, KindChoice choice) {
        Map<String, Object> fields = BackupPrinter.fields(report, choice);
        fields.put("writersStoppedMillis", report.writersStopped().toMillis());
        fields.put("snapshots", report.snapshots());
        fields.put("lockTries", report.lockTries());
        fields.put("objects", report.objectCount());
        fields.put("tables", report.tableCount());
        fields.put("chunks", report.chunkCount());
        fields.put("rows", report.rowCount());
        fields.put("rawBytes", report.rowBytes());
        return fields;
    }
}
