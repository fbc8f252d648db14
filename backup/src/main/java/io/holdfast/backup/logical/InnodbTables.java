package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// The numbers that InnoDB gave a server's tables and partitions at one moment.
///
/// A table keeps its number when it is renamed. So a number that stands under another name tells of
/// tables that changed places, which nothing else tells: their definitions may be equal to the
/// letter, and a snapshot lets both be read.
final class InnodbTables {
    private static final String PARTITION = "(#p#.*)?";

    /// Names with their numbers, as hashes.
    private final Set<Long> known = new HashSet<>();

    private InnodbTables() {}

    /// Reads all tables. Whoever calls it keeps DDL out.
    static InnodbTables read(Session session) {
        var tables = new InnodbTables();
        for (Rows.Row row : all(session)) {
            tables.known.add(hash(row));
        }
        return tables;
    }

    /// Whether a table's name still means what it meant then, with all its partitions. The server
    /// looks through all its tables for this.
    ///
    /// @param session holds a metadata lock on the table, and the answer is true while it does
    boolean stillHold(TableName table, Session session) {
        Pattern name = inFiles(table);
        boolean isFound = false;
        for (Rows.Row row : all(session)) {
            if (name.matcher(row.string(0)).matches()) {
                if (!known.contains(hash(row))) {
                    return false;
                }
                isFound = true;
            }
        }
        return isFound;
    }

    private static Rows all(Session session) {
        return session.query(
                "SELECT NAME, TABLE_ID FROM information_schema.INNODB_TABLES WHERE NAME NOT LIKE"
                        + " 'mysql/%'");
    }

    private static long hash(Rows.Row row) {
        return row.string(0).hashCode() * 0x9E37_79B9_7F4A_7C15L + row.integer(1);
    }

    /// The form that a name has in InnoDB, as its file is named: characters other than ASCII
    /// letters, digits and underscores stand as `@` and two to four more. A name too many that
    /// matches makes the check stricter, never laxer.
    ///
    /// Source: MySQL manual, "Mapping of Identifiers to File Names".
    static Pattern inFiles(TableName table) {
        return Pattern.compile(
                part(table.schema()) + "/" + part(table.table()) + PARTITION,
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    private static String part(String name) {
        var pattern = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isPlain = c < 128 && (Character.isLetterOrDigit(c) || c == '_');
            pattern.append(isPlain ? String.valueOf(c) : "@[0-9a-z]{2,4}");
        }
        return pattern.toString();
    }
}
