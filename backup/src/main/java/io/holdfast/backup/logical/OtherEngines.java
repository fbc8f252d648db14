package io.holdfast.backup.logical;

import io.holdfast.backup.logical.schema.Databases;
import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Tables whose engine has no transactions. They are locked against writes within the moment of the
/// snapshot, before the global lock is let go, so that their rows are of the same moment; only
/// their own writers wait until they are read.
final class OtherEngines {
    private OtherEngines() {}

    /// The tables that have to be locked.
    ///
    /// @throws io.holdfast.core.RefusedException if they are too large for that
    static List<TableName> tables(Session session, Engines engines) {
        Rows rows =
                session.query(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, DATA_LENGTH FROM"
                                + " information_schema.TABLES WHERE ENGINE NOT IN ('InnoDB',"
                                + " 'PERFORMANCE_SCHEMA') AND TABLE_TYPE = 'BASE TABLE'");
        List<TableName> tables = new ArrayList<>();
        long bytes = 0;
        long largestBytes = -1;
        TableName largest = new TableName("", "");
        for (Rows.Row row : rows) {
            var table = new TableName(row.string(0), row.string(1));
            if (Databases.OF_THE_SERVER.contains(table.schema())
                    || !Engines.lacksTransactions(row.string(2))
                    || engines.allowInconsistent().contains(table)) {
                continue;
            }
            tables.add(table);
            String length = row.stringOrNull(3);
            long tableBytes = length == null ? 0 : Long.parseUnsignedLong(length);
            bytes += tableBytes;
            if (tableBytes > largestBytes) {
                largestBytes = tableBytes;
                largest = table;
            }
        }
        engines.demandSmall(bytes, largest);
        return tables;
    }

    /// The statement that locks tables against writes.
    static String lockStatement(List<TableName> tables) {
        return tables.stream()
                .map(table -> table.quoted() + " READ")
                .collect(Collectors.joining(", ", "LOCK TABLES ", ""));
    }
}
