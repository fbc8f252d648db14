package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import io.holdfast.recovery.CopiedTable;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.TableReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Says what was brought back of one table, to people and to machines.
final class TablePrinter {
    private TablePrinter() {}

    static void print(TableReport report, Output output) {
        output.line(
                "table %s of backup %s is in %s, checked",
                report.table(), report.backup(), report.folder());
        RecoveryPrinter.names("file", report.files(), output);
        notesAndTime(report.notes(), report.phases(), output);
        output.line(
                "next, on the host of a MySQL server of that version, DATADIR its data directory");
        report.next().forEach(command -> output.line("  %s", command));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("table", report.table().toString());
        fields.put("backup", report.backup());
        fields.put("folder", report.folder().toString());
        fields.put("files", report.files());
        fields.put("gtids", report.gtids().toString());
        fields.put("notes", report.notes());
        fields.put("next", report.next());
        output.object(fields);
    }

    static void print(CopiedTable copied, Output output) {
        output.line(
                "table %s of backup %s is on the server as %s: %,d rows, proven equal",
                copied.table(), copied.backup(), copied.into(), copied.loaded().rowCount());
        if (!copied.gtids().isEmpty()) {
            output.line("  as it was after %s", copied.gtids());
        }
        copied.loaded()
                .findings()
                .forEach(
                        finding -> output.line("  note: %s: %s", finding.object(), finding.what()));
        notesAndTime(copied.notes(), copied.phases(), output);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("table", copied.table().toString());
        fields.put("backup", copied.backup());
        fields.put("into", copied.into().toString());
        fields.put("rows", copied.loaded().rowCount());
        fields.put("rowHash", copied.loaded().hash());
        fields.put("gtids", copied.gtids().toString());
        fields.put("findings", copied.loaded().findings());
        fields.put("notes", copied.notes());
        output.object(fields);
    }

    private static void notesAndTime(
            List<String> notes, List<RecoveryReport.Phase> phases, Output output) {
        notes.forEach(note -> output.line("  note: %s", note));
        output.line("time");
        phases.forEach(phase ->
                output.line("  %10s  %s", RecoveryPrinter.seconds(phase.time()), phase.name()));
    }
}
