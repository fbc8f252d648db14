package io.holdfast.binlog;

/// The name of something that a statement creates, changes or drops.
///
/// @param schema empty for what lies in no schema (accounts, tablespaces) or when not known
/// @param name of the table, view, routine, event, trigger, account (`user@host`); for a database
///   the empty string
/// @param index of an index statement: the index of the table `name`; empty otherwise
public record ObjectName(String schema, String name, String index) {

    static ObjectName of(String schema, String name) {
        return new ObjectName(schema, name, "");
    }

    /// Whether a name that a person asks for means this one. Without a schema it means the object
    /// in any schema.
    boolean isMeantBy(ObjectName asked, boolean ignoresCase) {
        return (asked.schema.isEmpty() || same(schema, asked.schema, ignoresCase))
                && same(name, asked.name, ignoresCase)
                && (asked.index.isEmpty() || same(index, asked.index, true));
    }

    private static boolean same(String one, String other, boolean ignoresCase) {
        return ignoresCase ? one.equalsIgnoreCase(other) : one.equals(other);
    }

    @Override
    public String toString() {
        String full = name.isEmpty() ? schema : schema.isEmpty() ? name : schema + "." + name;
        return index.isEmpty() ? full : full + " (" + index + ")";
    }
}
