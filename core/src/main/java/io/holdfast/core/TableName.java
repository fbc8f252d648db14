package io.holdfast.core;

/// A table's full name. Names are kept exactly as the server gave them; quoting is for SQL only.
public record TableName(String schema, String table) implements Comparable<TableName> {

    /// The name as SQL writes it, both parts quoted with backticks.
    public String quoted() {
        return quote(schema) + "." + quote(table);
    }

    /// Quotes one identifier for SQL: backticks around it, backticks inside doubled.
    public static String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : table.compareTo(other.table);
    }

    /// The name for people: `schema.table`, unquoted.
    @Override
    public String toString() {
        return schema + "." + table;
    }
}
