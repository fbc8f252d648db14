package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Cuts a table by walking its primary key: from the last bound so many rows on, and again. It
/// works for keys of every type, collation and number of columns that [KeyPart] knows, at the price
/// that the server goes through the index twice; the pieces that were found are read meanwhile.
///
/// Why no row is in two pieces or in none: a bound is only taken if its literals, compared as the
/// pieces will compare them, find exactly the row that they were read from. Then the bounds rise
/// strictly in the server's own order, and each row is between two of them. A bound that is found
/// twice, which no order allows, ends the walk.
final class KeyWalk {
    /// The server does not take a string that its character set does not allow, though a column
    /// holds it.
    private static final int INVALID_CHARACTER_STRING = 1300;

    private final Session session;
    private final TableName table;
    private final List<KeyPart> key;
    private final @Nullable String within;
    private final long rowsPerPiece;

    /// @param session in the snapshot, used by nobody else
    /// @param key the whole primary key
    /// @param within the condition that marks the rows to cut; null for the whole table
    /// @param rowsPerPiece at least 1
    KeyWalk(
            Session session,
            TableName table,
            List<KeyPart> key,
            @Nullable String within,
            long rowsPerPiece) {
        this.session = session;
        this.table = table;
        this.key = key;
        this.within = within;
        this.rowsPerPiece = rowsPerPiece;
    }

    /// Finds the pieces, in order; the last one holds all that is left.
    ///
    /// @param pieces takes each one's condition; null for the whole table
    void cut(Consumer<@Nullable String> pieces) {
        KeyBound from = null;
        while (true) {
            KeyBound to = next(from);
            pieces.accept(KeyBound.range(within, from, to));
            if (to == null) {
                return;
            }
            from = to;
        }
    }

    private @Nullable KeyBound next(@Nullable KeyBound from) {
        String where = KeyBound.range(within, from, null);
        Rows rows =
                session.query(
                        "SELECT "
                                + key.stream()
                                        .map(KeyPart::selectExpression)
                                        .collect(Collectors.joining(", "))
                                + " FROM "
                                + table.quoted()
                                + " FORCE INDEX (PRIMARY)"
                                + (where == null ? "" : " WHERE " + where)
                                + " ORDER BY "
                                + key.stream().map(KeyPart::order).collect(Collectors.joining(", "))
                                + " LIMIT 1 OFFSET "
                                + rowsPerPiece);
        if (rows.isEmpty()) {
            return null;
        }
        var bound = KeyBound.at(key, rows.row(0));
        return !bound.equals(from) && findsItsRow(bound) ? bound : null;
    }

    private boolean findsItsRow(KeyBound bound) {
        try {
            return session.query(
                                    "SELECT COUNT(*) FROM "
                                            + table.quoted()
                                            + " WHERE "
                                            + bound.here())
                            .only()
                            .integer(0)
                    == 1;
        } catch (SqlErrorException error) {
            if (error.number() == INVALID_CHARACTER_STRING) {
                return false;
            }
            throw error;
        }
    }
}
