package io.holdfast.cli;

import io.holdfast.backup.logical.schema.CaptureSettings;
import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.backup.logical.schema.SchemaReader;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import io.holdfast.recovery.load.TableDescriber;
import io.holdfast.recovery.load.TableDescription;
import io.holdfast.repository.logical.SchemaLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Lets a recovery describe tables as logical backups do, of which it knows nothing.
public final class TableAsBackedUp implements TableDescriber {
    @Override
    public TableDescription describe(ConnectOptions server, TableName table) {
        List<SchemaLine> lines = new ArrayList<>();
        try (Session session = Session.open(server)) {
            CaptureSettings.apply(session);
            new SchemaReader(new Engines(Set.of(), Long.MAX_VALUE))
                    .readTable(session, table, lines::add);
        }
        return new TableDescription(lines.getFirst(), lines.subList(1, lines.size()));
    }
}
