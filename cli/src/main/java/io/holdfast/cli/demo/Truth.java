package io.holdfast.cli.demo;

import io.holdfast.cli.shell.CliError;
import io.holdfast.client.Session;
import io.holdfast.core.DifferentException;
import io.holdfast.core.Problem;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the university held at one moment: of every row, in the order of the primary key, the first
/// half of its SHA-256; and of every object what the server says about it. It is read by plain
/// SELECTs and shares nothing with backup, archive or recovery, which it judges.
///
/// @param rows per table, [#ROW_BYTES] for each row
/// @param objects per SHOW statement, the server's answer
public record Truth(Map<String, byte[]> rows, Map<String, String> objects) {
    private static final int ROW_BYTES = 16;

    /// Reads all rows as they are now. Whoever needs one moment keeps writers out meanwhile.
    public static Map<String, byte[]> rows(Session session) {
        var rows = new LinkedHashMap<String, byte[]>();
        for (String table : University.TABLES) {
            rows.put(table, rows(session, table));
        }
        return rows;
    }

    private static byte[] rows(Session session, String table) {
        MessageDigest digest = sha256();
        var rows = new ByteArrayOutputStream();
        String key = table.equals("enrollments") ? "student, course" : "id";
        session.stream(
                "SELECT * FROM university." + table + " ORDER BY " + key,
                (bytes, offset, byteCount, endsRow) -> {
                    digest.update(bytes, offset, byteCount);
                    if (endsRow) {
                        rows.write(digest.digest(), 0, ROW_BYTES);
                    }
                });
        return rows.toByteArray();
    }

    /// Asks the server to describe every object.
    static Map<String, String> objects(Session session) {
        var objects = new LinkedHashMap<String, String>();
        for (String show : University.SHOW) {
            var row = session.query(show).only();
            var text = new StringBuilder();
            for (String column : columns(show)) {
                text.append(row.string(column));
            }
            // The next value may be higher: it counts transactions that were rolled back, too.
            objects.put(show, text.toString().replaceAll(" AUTO_INCREMENT=\\d+", ""));
        }
        return objects;
    }

    private static List<String> columns(String show) {
        if (show.contains("TRIGGER")) {
            return List.of("SQL Original Statement", "sql_mode");
        }
        if (show.contains("FUNCTION")) {
            return List.of("Create Function", "sql_mode");
        }
        if (show.contains("EVENT")) {
            return List.of("Create Event", "time_zone");
        }
        if (show.contains("transcript")) {
            return List.of("Create View");
        }
        return List.of(show.contains("DATABASE") ? "Create Database" : "Create Table");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    long rowCount() {
        return rows.values().stream().mapToLong(bytes -> bytes.length / ROW_BYTES).sum();
    }

    long rowCount(String table) {
        return rows.getOrDefault(table, new byte[0]).length / ROW_BYTES;
    }

    /// Demands that what came back is the same.
    ///
    /// @param where it came back
    /// @throws DifferentException naming every table and object that differs
    void mustEqual(Truth found, String where) {
        List<String> differences = differences(found);
        if (!differences.isEmpty()) {
            throw new DifferentException(
                    Problem.of(CliError.DEMO_DIFFERENT)
                            .what("%s", String.join("; ", differences))
                            .where("%s", where)
                            .remedy(
                                    "This is a fault of Holdfast; report it with the output above."));
        }
    }

    /// Compares row by row.
    ///
    /// @return one line for each table or object that differs; empty if all is equal
    public List<String> differences(Truth other) {
        var differences = new ArrayList<String>();
        rows.forEach((table, expected) -> {
            byte[] actual = other.rows.getOrDefault(table, new byte[0]);
            if (!Arrays.equals(expected, actual)) {
                differences.add(
                        table
                                + ": "
                                + expected.length / ROW_BYTES
                                + " rows expected, "
                                + actual.length / ROW_BYTES
                                + " found; the first that differs is number "
                                + (Arrays.mismatch(expected, actual) / ROW_BYTES + 1));
            }
        });
        objects.forEach((show, expected) -> {
            if (!expected.equals(other.objects.get(show))) {
                differences.add(show + ": the server describes it otherwise");
            }
        });
        return differences;
    }
}
