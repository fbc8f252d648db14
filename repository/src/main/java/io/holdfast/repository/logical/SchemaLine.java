package io.holdfast.repository.logical;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of the stream of schema objects: an object, and the statements that create it.
///
/// @param schema the database it belongs to; null for what belongs to the server
/// @param name its name; for an account `'user'@'host'`
/// @param parent the table of a trigger or histogram
/// @param session the settings under which the statements run; null for the defaults
/// @param statements in order; empty for facts
/// @param facts what is good to know about the object, by kind
/// @param notes what could not be kept, in words
public record SchemaLine(
        ObjectKind kind,
        @Nullable String schema,
        String name,
        @Nullable String parent,
        @Nullable SqlSession session,
        List<SqlText> statements,
        @Nullable ShowCheck check,
        @Nullable TableContent table,
        Map<String, String> facts,
        List<String> notes) {

    // Absent members come as null from JSON.
    @SuppressWarnings("NullAway")
    public SchemaLine {
        statements = statements == null ? List.of() : List.copyOf(statements);
        facts = facts == null ? Map.of() : Map.copyOf(facts);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /// An object of the server with statements that need no session of their own.
    public static SchemaLine ofServer(ObjectKind kind, String name, List<SqlText> statements) {
        return new SchemaLine(
                kind, null, name, null, null, statements, null, null, Map.of(), List.of());
    }

    public SchemaLine withFacts(Map<String, String> newFacts) {
        return new SchemaLine(
                kind, schema, name, parent, session, statements, check, table, newFacts, notes);
    }

    public SchemaLine withNotes(List<String> newNotes) {
        return new SchemaLine(
                kind, schema, name, parent, session, statements, check, table, facts, newNotes);
    }

    public SchemaLine withCheck(ShowCheck newCheck) {
        return new SchemaLine(
                kind, schema, name, parent, session, statements, newCheck, table, facts, notes);
    }

    /// The object as a person names it: `view shop.totals`.
    public String title() {
        String full = schema == null || kind == ObjectKind.DATABASE ? name : schema + "." + name;
        return kind.text() + " " + full + (parent == null ? "" : " on " + parent);
    }
}
