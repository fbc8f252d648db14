package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.core.TableName;
import java.nio.file.Path;
import java.util.List;

/// What was brought out of a backup of one table.
///
/// @param folder that holds all of it
/// @param files of the table: a tablespace and its description for each partition, in order
/// @param gtids the moment that it is of
/// @param notes what the target lacks or has to look after
/// @param next the commands that put it into a server, in order
/// @param phases what took how long
public record TableReport(
        TableName table,
        String backup,
        Path folder,
        List<String> files,
        GtidSet gtids,
        List<String> notes,
        List<String> next,
        List<RecoveryReport.Phase> phases) {
    public TableReport {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
        next = List.copyOf(next);
        phases = List.copyOf(phases);
    }
}
