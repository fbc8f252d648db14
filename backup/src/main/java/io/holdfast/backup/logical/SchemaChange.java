package io.holdfast.backup.logical;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.backup.BackupError;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.util.Set;

/// The failure that makes the present snapshot worth nothing: something of the schema changed while
/// it was read. A new snapshot may succeed.
final class SchemaChange {
    /// What a server answers when a table is no longer as the snapshot knew it: unknown database,
    /// unknown column, no such table, definition changed, unknown partition, unknown routine, no
    /// such event, trigger or view; or that DDL was in the way: lock wait timeout, deadlock.
    private static final Set<Integer> TELLING =
            Set.of(1049, 1054, 1146, 1205, 1213, 1305, 1347, 1356, 1360, 1412, 1539, 1735);

    private SchemaChange() {}

    @FormatMethod
    static UnavailableException of(String what, Object... args) {
        return new UnavailableException(
                Problem.of(BackupError.SCHEMA_CHANGED)
                        .what("%s while the backup read it", Text.format(what, args))
                        .where("the server's schema")
                        .remedy(
                                "Run the backup when no tables are being created or altered, or"
                                        + " grant BACKUP_ADMIN so that it can hold DDL back."));
    }

    /// Whether a failure means that the schema changed.
    static boolean isIn(HoldfastException failure) {
        return failure.problem().code() == BackupError.SCHEMA_CHANGED;
    }

    /// Turns a server's error into the change that it tells of, if it does.
    static HoldfastException told(SqlErrorException error, String where) {
        return TELLING.contains(error.number())
                ? of("%s changed (the server says: %s)", where, error.serverMessage())
                : error;
    }
}
