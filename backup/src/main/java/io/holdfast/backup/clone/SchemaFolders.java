package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.FileNameLetters;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The folders of a server's schemas, also of those without a table, which the clone protocol does
/// not know of: without its folder a schema's first `CREATE TABLE` fails, and without that of
/// `mysql` no server starts.
///
/// Names that only the server can spell ([FileNameLetters]) are taken from InnoDB, which knows them
/// of every schema with a table. A device's name, such as `con`, has `@@@` behind it, so it is
/// looked up as well.
final class SchemaFolders {
    private static final Pattern DEVICE =
            Pattern.compile(
                    "(con|prn|aux|nul|com[1-9]|lpt[1-9]|clock\\$)", Pattern.CASE_INSENSITIVE);

    private SchemaFolders() {}

    /// Asks the server for them. They stay the same while DDL waits.
    ///
    /// @throws RefusedException if a schema has no table and a name that only the server can spell
    static Set<String> of(Session session) {
        Set<String> folders = new TreeSet<>();
        for (Rows.Row row :
                session.query(
                        "SELECT DISTINCT SUBSTRING_INDEX(NAME, '/', 1) FROM"
                                + " information_schema.INNODB_TABLES WHERE NAME LIKE '%/%'")) {
            folders.add(row.string(0));
        }
        for (Rows.Row row :
                session.query(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME <>"
                                + " 'information_schema' AND NOT EXISTS (SELECT 1 FROM"
                                + " information_schema.TABLES WHERE TABLE_SCHEMA = SCHEMA_NAME AND"
                                + " ENGINE = 'InnoDB')")) {
            String folder = spelled(row.string(0));
            if (folder == null) {
                throw unknown(row.string(0), session.server());
            }
            folders.add(folder);
        }
        return folders;
    }

    /// How a schema's folder is called; null if only the server knows.
    static @Nullable String spelled(String schema) {
        if (DEVICE.matcher(schema).matches()) {
            return null;
        }
        var folder = new StringBuilder();
        for (int i = 0; i < schema.length(); i++) {
            char c = schema.charAt(i);
            String written = FileNameLetters.written(c);
            if (written == null) {
                return null;
            }
            folder.append(written);
        }
        return folder.toString();
    }

    private static RefusedException unknown(String schema, String server) {
        return new RefusedException(
                Problem.of(BackupError.SCHEMA_FOLDER_UNKNOWN)
                        .what(
                                "schema %s has no table of InnoDB, and letters that only the server"
                                        + " can write as a folder's name",
                                schema)
                        .where("server %s", server)
                        .remedy(
                                "Create a table in it or drop it; or take the backup on the"
                                        + " server's host, without `--via-clone`."));
    }
}
