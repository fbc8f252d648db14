package io.holdfast.recovery.load;

import io.holdfast.client.Rows;
import io.holdfast.core.DifferentException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.RowHash;
import java.util.stream.Collectors;

/// What a server holds now of some rows: how many, and their hash.
record RowProof(long rowCount, String hash) {
    private static final int WARNINGS_SHOWN_MAX = 3;

    /// Reads rows as a backup reads them. No row is held whole.
    static RowProof read(String select, LoadSession session) {
        session.apply(null);
        var hash = new RowHash();
        long rowCount =
                session.session().stream(
                        select,
                        (bytes, offset, byteCount, endsRow) -> {
                            hash.piece(bytes, offset, byteCount);
                            if (endsRow) {
                                hash.endRow();
                            }
                        });
        return new RowProof(rowCount, hash.text());
    }

    /// @throws DifferentException unless both are as in the backup
    void mustBe(long rowsExpected, String hashExpected, String where) {
        if (rowCount != rowsExpected || !hash.equals(hashExpected)) {
            throw different(
                    where,
                    Text.format(
                            "%d rows with hash %s came back, expected %d with %s",
                            rowCount, hash, rowsExpected, hashExpected),
                    "");
        }
    }

    static DifferentException different(String where, String what, String warnings) {
        return new DifferentException(
                Problem.of(LoadError.ROWS_DIFFERENT)
                        .what("%s%s", what, warnings)
                        .where("%s", where)
                        .remedy(
                                "Do not use this server. Load into a mysqld of the original's version; if that differs"
                                        + " too, look at the table's columns: 'docs/formats/logical.md' says what"
                                        + " statements cannot bring back."));
    }

    /// The first warnings of the last statement, for a message; the values in them stay out.
    static String warnings(LoadSession session) {
        if (session.session().warningCount() == 0) {
            return "";
        }
        Rows rows = session.session().query("SHOW WARNINGS LIMIT " + WARNINGS_SHOWN_MAX);
        return rows.list().stream()
                .map(row -> "error " + row.string("Code"))
                .distinct()
                .collect(Collectors.joining(", ", ", and warned of ", ""));
    }
}
