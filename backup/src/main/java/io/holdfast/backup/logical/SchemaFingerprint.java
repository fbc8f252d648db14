package io.holdfast.backup.logical;

import io.holdfast.backup.logical.schema.SchemaReader;
import io.holdfast.backup.logical.schema.SchemaSink;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What tells one state of a server's schema from another: a hash of each object's statements, in
/// order, and the numbers that InnoDB gave its tables, which change when a table is made anew or
/// truncated.
///
/// Counters that inserts move, histograms, which the server renews by itself, and facts are left
/// out. Eight bytes for each object.
final class SchemaFingerprint implements SchemaSink {
    private long[] hashes = new long[64];
    private int count;
    private String tableIds = "";
    private final @Nullable SchemaFingerprint compared;
    private @Nullable String firstDifference;

    /// @param compared an earlier fingerprint that each object is compared with at once, or null
    SchemaFingerprint(@Nullable SchemaFingerprint compared) {
        this.compared = compared;
    }

    /// Reads the whole schema for its fingerprint.
    static SchemaFingerprint read(
            Session session, SchemaReader reader, @Nullable SchemaFingerprint compared) {
        var print = new SchemaFingerprint(compared);
        try {
            reader.read(session, print);
        } catch (SqlErrorException error) {
            throw SchemaChange.told(error, "the schema");
        }
        print.readTableIds(session);
        return print;
    }

    @Override
    public void line(SchemaLine line) {
        if (line.kind() == ObjectKind.FACTS || line.kind() == ObjectKind.HISTOGRAM) {
            return;
        }
        long hash = line.title().hashCode();
        for (SqlText statement : line.statements()) {
            byte[] bytes =
                    line.kind() == ObjectKind.TABLE
                            ? TableDefinition.withoutCounter(statement)
                            : statement.bytes();
            hash = hash * 0x9E37_79B9_7F4A_7C15L + Arrays.hashCode(bytes);
        }
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
        }
        if (compared != null
                && firstDifference == null
                && (count >= compared.count || compared.hashes[count] != hash)) {
            firstDifference = line.title();
        }
        hashes[count++] = hash;
    }

    void readTableIds(Session session) {
        var ids = new RowHash();
        session.stream(
                "SELECT NAME, TABLE_ID FROM information_schema.INNODB_TABLES WHERE NAME NOT LIKE"
                        + " 'mysql/%' AND NAME NOT LIKE 'sys/%'",
                (bytes, offset, byteCount, endsRow) -> {
                    ids.piece(bytes, offset, byteCount);
                    if (endsRow) {
                        ids.endRow();
                    }
                });
        tableIds = ids.text();
    }

    /// What differs from the fingerprint that this one was compared with; null if nothing does.
    @Nullable String difference() {
        if (firstDifference != null || compared == null) {
            return firstDifference;
        }
        if (count != compared.count) {
            return "the number of objects";
        }
        return tableIds.equals(compared.tableIds) ? null : "a table that was made anew";
    }

    /// Throws if anything differs.
    void demandEqual() {
        String difference = difference();
        if (difference != null) {
            throw SchemaChange.of("%s changed", difference);
        }
    }
}
