package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.FileNameLetters;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.ShellWords;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the tables of the files that hold rows without transactions: they must be locked while
/// these are copied. A name that only the server can read may be that of several of its tables, all
/// of which are locked then.
final class RowFilePlanner {
    /// Copied within some tenths of a second, in which their writers wait.
    private static final long ROW_BYTES_MAX = 64L << 20;

    private final Session session;
    private final Set<TableName> allowInconsistent;
    private final Map<List<TableName>, List<FilePlan.OtherFile>> files = new LinkedHashMap<>();
    private @Nullable Map<TableName, Pattern> visible;

    RowFilePlanner(Session session, Set<TableName> allowInconsistent) {
        this.session = session;
        this.allowInconsistent = allowInconsistent;
    }

    /// The tables of which a file may be; at least one.
    ///
    /// @throws RefusedException with `ROW_FILE_OF_NO_TABLE` if there is none
    List<TableName> tablesOf(String folder, String file) {
        String stem = file.substring(0, file.lastIndexOf('.'));
        String schema = FileNameLetters.read(folder);
        String table = FileNameLetters.read(stem);
        if (schema != null && table != null) {
            return List.of(new TableName(schema, table));
        }
        String path = folder + "/" + stem;
        List<TableName> fitting = new ArrayList<>();
        visible()
                .forEach((name, pattern) -> {
                    if (pattern.matcher(path).matches()) {
                        fitting.add(name);
                    }
                });
        if (fitting.isEmpty()) {
            throw noTable("file " + folder + "/" + file + ", server " + session.server());
        }
        return fitting;
    }

    private Map<TableName, Pattern> visible() {
        if (visible == null) {
            visible = new LinkedHashMap<>();
            for (Rows.Row row :
                    session.query(
                            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE"
                                    + " ENGINE IN ('MyISAM', 'CSV', 'ARCHIVE') ORDER BY 1, 2")) {
                var table = new TableName(row.string(0), row.string(1));
                visible.put(
                        table,
                        Pattern.compile(
                                FileNameLetters.pattern(table.schema())
                                        + "/"
                                        + FileNameLetters.pattern(table.table())));
            }
        }
        return visible;
    }

    /// What a file of rows means that no table of the server's is for.
    static RefusedException noTable(String where) {
        return new RefusedException(
                Problem.of(BackupError.ROW_FILE_OF_NO_TABLE)
                        .what("it holds rows, and the account sees no table that it could be of")
                        .where("%s", where)
                        .remedy(
                                "Grant the account SELECT on tables of MyISAM, CSV and ARCHIVE; if there is no such"
                                        + " table, move its files out of the data directory."));
    }

    /// Tables of which one is meant, for a person.
    static String named(List<TableName> tables) {
        return tables.stream().map(TableName::toString).collect(Collectors.joining(" or "));
    }

    private static String allowing(List<TableName> tables) {
        return tables.stream()
                .map(table -> "--allow-inconsistent " + ShellWords.quote(table.toString()))
                .collect(Collectors.joining(" "));
    }

    boolean isAllowedInconsistent(List<TableName> tables) {
        return allowInconsistent.containsAll(tables);
    }

    /// Notes a file that is to be copied under a lock.
    void add(List<TableName> tables, FilePlan.OtherFile file) {
        files.computeIfAbsent(tables, _ -> new ArrayList<>()).add(file);
    }

    /// All files noted.
    ///
    /// @throws RefusedException with `TABLE_WITHOUT_SNAPSHOT` if they are too large for a lock
    List<RowFiles> all() {
        List<RowFiles> all = new ArrayList<>();
        files.forEach((tables, ofThem) -> all.add(new RowFiles(tables, ofThem)));
        long bytes = all.stream().mapToLong(RowFiles::bytes).sum();
        if (bytes > ROW_BYTES_MAX) {
            RowFiles largest = Collections.max(all, Comparator.comparingLong(RowFiles::bytes));
            List<TableName> tables = largest.tables();
            throw new RefusedException(
                    Problem.of(BackupError.TABLE_WITHOUT_SNAPSHOT)
                            .what(
                                    "tables without transactions have %s together, more than the %s"
                                            + " that are copied while nobody may write them",
                                    Text.bytes(bytes), Text.bytes(ROW_BYTES_MAX))
                            .where("table %s, the largest of %d", named(tables), all.size())
                            .remedy(
                                    "ALTER TABLE %s ENGINE=InnoDB; or accept rows of another moment"
                                            + " with `%s`; or take a logical backup.",
                                    tables.getFirst().quoted(), allowing(tables)));
        }
        return all;
    }
}
