package io.holdfast.recovery.load;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Things that exist for a moment, so that a view can be created that reads what is not there: an
/// empty table, a column of one, a function, a database. The server's own refusals say which are
/// wanted. Nothing that was there before is ever touched.
///
/// Closing it drops them all. What they are does not matter: a server keeps a view as text.
final class StandIns implements AutoCloseable {
    private static final String TYPE = "VARCHAR(64)";
    private static final int NAME_MAX = 64;

    private static final Pattern COLUMN = Pattern.compile("Unknown column '(.+)' in '.*'");
    private static final Pattern TABLE = Pattern.compile("Table '(.+)' doesn't exist");
    private static final Pattern DATABASE = Pattern.compile("Unknown database '(.+)'");
    private static final Pattern FUNCTION = Pattern.compile("FUNCTION (.+) does not exist");
    private static final Pattern ARGUMENTS =
            Pattern.compile(
                    "Incorrect number of arguments for FUNCTION (.+); expected .*, got (\\d+)");

    private final Session session;
    private final Map<TableName, Set<String>> tables = new LinkedHashMap<>();
    private final Set<TableName> functions = new HashSet<>();
    private final Deque<String> drops = new ArrayDeque<>();

    /// @param session whose messages are English and whose statements are in no binary log
    StandIns(Session session) {
        this.session = session;
    }

    /// Makes what a refusal asks for.
    ///
    /// @return false if that is nothing we can make
    boolean make(SqlErrorException refusal) {
        String message = refusal.serverMessage();
        try {
            return switch (refusal.number()) {
                case 1049 -> database(DATABASE.matcher(message));
                case 1146 -> table(TABLE.matcher(message));
                case 1054 -> column(COLUMN.matcher(message));
                case 1305 -> function(FUNCTION.matcher(message));
                case 1318 -> arguments(ARGUMENTS.matcher(message));
                default -> false;
            };
        } catch (SqlErrorException _) {
            return false; // it is there, or not to be had under this name
        }
    }

    private boolean database(Matcher wanted) {
        if (!wanted.matches()) {
            return false;
        }
        String name = TableName.quote(wanted.group(1));
        session.execute("CREATE DATABASE " + name);
        drops.push("DROP DATABASE " + name);
        return true;
    }

    private boolean table(Matcher wanted) {
        if (!wanted.matches()) {
            return false;
        }
        TableName name = name(wanted.group(1));
        session.execute("CREATE TABLE " + name.quoted() + " (`holdfast stand-in` " + TYPE + ")");
        drops.push("DROP TABLE " + name.quoted());
        tables.put(name, new HashSet<>());
        return true;
    }

    /// Views name columns with their table's alias or its whole name, so it may be a column of any
    /// stand-in, and begin behind any dot. More columns than are wanted do no harm.
    private boolean column(Matcher wanted) {
        if (!wanted.matches()) {
            return false;
        }
        boolean isNew = false;
        String name = wanted.group(1);
        for (int dot = -1; ; ) {
            isNew |= add(name.substring(dot + 1));
            dot = name.indexOf('.', dot + 1);
            if (dot < 0) {
                return isNew;
            }
        }
    }

    private boolean add(String column) {
        boolean isNew = false;
        for (Map.Entry<TableName, Set<String>> table : tables.entrySet()) {
            if (column.length() <= NAME_MAX && table.getValue().add(column)) {
                session.execute(
                        "ALTER TABLE "
                                + table.getKey().quoted()
                                + " ADD COLUMN "
                                + TableName.quote(column)
                                + " "
                                + TYPE);
                isNew = true;
            }
        }
        return isNew;
    }

    private boolean function(Matcher wanted) {
        if (!wanted.matches()) {
            return false;
        }
        TableName name = name(wanted.group(1));
        createFunction(name, 0);
        drops.push("DROP FUNCTION " + name.quoted());
        return functions.add(name);
    }

    private boolean arguments(Matcher wanted) {
        if (!wanted.matches() || !functions.contains(name(wanted.group(1)))) {
            return false;
        }
        TableName name = name(wanted.group(1));
        session.execute("DROP FUNCTION " + name.quoted());
        createFunction(name, Integer.parseInt(wanted.group(2)));
        return true;
    }

    private void createFunction(TableName name, int argumentCount) {
        var arguments = new StringBuilder();
        for (int i = 0; i < argumentCount; i++) {
            arguments.append(i == 0 ? "a" : ", a").append(i).append(" ").append(TYPE);
        }
        session.execute(
                "CREATE FUNCTION "
                        + name.quoted()
                        + "("
                        + arguments
                        + ") RETURNS "
                        + TYPE
                        + " DETERMINISTIC NO SQL RETURN NULL");
    }

    /// A database's name seldom holds a dot. If it does, the name is wrong, nothing can be made
    /// under it, and the view is reported.
    private static TableName name(String shown) {
        int dot = shown.indexOf('.');
        return new TableName(shown.substring(0, Math.max(0, dot)), shown.substring(dot + 1));
    }

    @Override
    public void close() {
        while (!drops.isEmpty()) {
            session.execute(drops.pop());
        }
    }
}
