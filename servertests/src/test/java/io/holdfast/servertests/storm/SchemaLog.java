package io.holdfast.servertests.storm;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What the schema was after each DDL, in a folder.
record SchemaLog(Path folder) {
    /// The state after one DDL.
    ///
    /// @param definitions of all objects, in order of their titles
    /// @param places which table of accounts stands where: the n-th character is the number in the
    ///   rows of the table that is called `accountsN`
    record Entry(String definitions, String places) {}

    /// Notes the present schema as that after the given DDL.
    void write(Session session, long number, String places) {
        Map<String, String> objects = new TreeMap<>();
        for (Rows.Row row : session.query("SHOW FULL TABLES FROM bank")) {
            String name = row.string(0);
            if (row.string(1).equals("VIEW")) {
                objects.put("view bank." + name, "");
            } else {
                objects.put(
                        "table bank." + name,
                        session.query("SHOW CREATE TABLE bank." + name).only().string(1));
            }
        }
        for (Rows.Row row :
                session.query(
                        "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA"
                                + " = 'bank'")) {
            objects.put("procedure bank." + row.string(0), "");
        }
        for (Rows.Row row :
                session.query(
                        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
                                + " WHERE TRIGGER_SCHEMA = 'bank'")) {
            objects.put("trigger bank." + row.string(0) + " on " + row.string(1), "");
        }
        try {
            Files.writeString(folder.resolve("schema." + number), text(objects));
            Files.writeString(folder.resolve("places." + number), places);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @throws UncheckedIOException if nothing was noted about it
    Entry after(long number) {
        try {
            return new Entry(
                    Files.readString(folder.resolve("schema." + number)),
                    Files.readString(folder.resolve("places." + number)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @param objects titles with definitions, in order
    static String text(Map<String, String> objects) {
        var text = new StringBuilder();
        objects.forEach((title, definition) ->
                text.append(title).append('\n').append(definition).append('\n'));
        return text.toString();
    }
}
