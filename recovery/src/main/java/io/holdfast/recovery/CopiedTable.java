package io.holdfast.recovery;

import io.holdfast.core.GtidSet;
import io.holdfast.core.TableName;
import io.holdfast.recovery.load.TableLoad;
import java.util.List;

/// A table whose rows were brought out of a backup onto a server that runs.
///
/// @param table as the backup knows it
/// @param into as the server does
/// @param loaded what the server has now
/// @param gtids the moment that it is of
/// @param notes what its owner has to look after
/// @param phases what took how long
public record CopiedTable(
        TableName table,
        String backup,
        TableName into,
        TableLoad.Loaded loaded,
        GtidSet gtids,
        List<String> notes,
        List<RecoveryReport.Phase> phases) {
    public CopiedTable {
        notes = List.copyOf(notes);
        phases = List.copyOf(phases);
    }
}
