package io.holdfast.backup.logical;

import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import java.util.ArrayList;
import java.util.List;

/// Gathers what a person should know about a backup. Bounded: after many notes only their number is
/// kept. Thread-safe.
final class BackupNotes {
    private static final int NOTES_MAX = 1000;

    private final List<String> notes = new ArrayList<>();
    private long left;

    synchronized void add(String note) {
        if (notes.size() < NOTES_MAX) {
            notes.add(note);
        } else {
            left++;
        }
    }

    /// Notes what an object has to say.
    void take(SchemaLine line) {
        for (String note : line.notes()) {
            add(line.title() + ": " + note);
        }
        TableContent table = line.table();
        if (table == null) {
            return;
        }
        switch (table.rows()) {
            case KEPT -> {}
            case NONE ->
                    add(
                            line.title()
                                    + ": schema only, rows of "
                                    + table.engine()
                                    + " are not kept");
            case INCONSISTENT ->
                    add(line.title() + ": rows are of another moment (" + table.engine() + ")");
        }
    }

    synchronized List<String> list() {
        List<String> all = new ArrayList<>(notes);
        if (left > 0) {
            all.add("and " + left + " more");
        }
        return all;
    }
}
