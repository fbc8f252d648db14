package io.holdfast.cli;

import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.cli.shell.Output;
import io.holdfast.core.Text;
import io.holdfast.repository.BackupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Says what a physical backup did, to people and to machines.
final class PhysicalBackupPrinter {
    private PhysicalBackupPrinter() {}

    static void print(Output output, PhysicalBackupReport report, String repository) {
        BackupPrinter.printHead(output, "physical backup", report);
        output.line(
                "  redo     LSN %d to %d, %s",
                report.startLsn(), report.endLsn(), Text.bytes(report.redoBytes()));
        output.line("  method   %s", method(report));
        output.line(
                "  holds    %,d files with %,d pages, %,d of them stored now",
                report.fileCount(), report.pageCount(), report.changedPageCount());
        BackupPrinter.printSize(output, report.readBytes(), report);
        output.line(
                "  took     %s; DDL was held back for %.1f s",
                BackupPrinter.took(report.readBytes(), report),
                BackupPrinter.seconds(report.ddlBlocked()));
        if (report.copiedAgain() != null) {
            output.line(
                    "  DDL was let in meanwhile; %,d tablespaces that it changed were copied"
                            + " afterwards",
                    report.copiedAgain());
        }
        if (report.rereadPages() > 0) {
            output.line(
                    "  read %,d pages again that were just being written", report.rereadPages());
        }
        BackupPrinter.printEnd(output, report, repository);
    }

    private static String method(PhysicalBackupReport report) {
        String words =
                switch (report.method()) {
                    case FULL -> "full";
                    case SCAN -> "incremental, all pages read, based on " + bases(report);
                    case TRACKING ->
                            "incremental, the server told the changed pages, based on "
                                    + report.base();
                    case CLONE ->
                            report.base() == null
                                    ? "clone, full"
                                    : "clone, incremental, based on " + report.base();
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

    static Map<String, Object> fields(PhysicalBackupReport report, KindChoice choice) {
        Map<String, Object> fields = BackupPrinter.fields(report, choice);
        if (report.copiedAgain() != null) {
            fields.put("copiedAgain", report.copiedAgain());
        }
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
        return fields;
    }
}
