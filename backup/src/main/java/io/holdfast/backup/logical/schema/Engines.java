package io.holdfast.backup.logical.schema;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.TableContent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what is kept of a table by its storage engine.
///
/// @param allowInconsistent tables without transactions that may be read at another moment
/// @param otherBytesMax how large all other tables without transactions may be together
public record Engines(Set<TableName> allowInconsistent, long otherBytesMax) {
    private static final Set<String> SCHEMA_ONLY =
            Set.of("MEMORY", "FEDERATED", "BLACKHOLE", "MRG_MYISAM");
    private static final Set<String> WITHOUT_TRANSACTIONS = Set.of("MYISAM", "ARCHIVE", "CSV");

    public Engines {
        allowInconsistent = Set.copyOf(allowInconsistent);
    }

    /// Whether the engine's tables have rows that no snapshot covers.
    public static boolean lacksTransactions(String engine) {
        return WITHOUT_TRANSACTIONS.contains(upper(engine));
    }

    /// What is kept of the table.
    ///
    /// @param engine null if the server cannot open the table
    /// @throws RefusedException if the engine is not one we know
    TableContent.Rows rowsOf(TableName table, @Nullable String engine) {
        if (engine == null) {
            throw new RefusedException(
                    Problem.of(BackupError.TABLE_UNREADABLE)
                            .what("the server cannot open the table")
                            .where("table %s", table)
                            .remedy("CHECK TABLE %s; repair or drop it.", table.quoted()));
        }
        String name = upper(engine);
        if (name.equals("INNODB")) {
            return TableContent.Rows.KEPT;
        }
        if (SCHEMA_ONLY.contains(name)) {
            return TableContent.Rows.NONE;
        }
        if (WITHOUT_TRANSACTIONS.contains(name)) {
            return allowInconsistent.contains(table)
                    ? TableContent.Rows.INCONSISTENT
                    : TableContent.Rows.KEPT;
        }
        throw UnknownKind.of("storage engine \"" + engine + "\"", "table " + table);
    }

    /// Refuses if the tables without transactions are too large to be read under a lock.
    ///
    /// @param largest the largest of them
    public void demandSmall(long bytes, TableName largest) {
        if (bytes > otherBytesMax) {
            throw new RefusedException(
                    Problem.of(BackupError.TABLE_WITHOUT_SNAPSHOT)
                            .what(
                                    "tables without transactions have %s together, at most %s are"
                                            + " read under a lock",
                                    Text.bytes(bytes), Text.bytes(otherBytesMax))
                            .where("the largest is %s", largest)
                            .remedy(
                                    "ALTER TABLE %s ENGINE=InnoDB; or accept rows of another moment"
                                            + " with `--allow-inconsistent %s`; or raise"
                                            + " `--other-engines-max`.",
                                    largest.quoted(), largest));
        }
    }

    private static String upper(String engine) {
        return engine.toUpperCase(java.util.Locale.ROOT);
    }
}
