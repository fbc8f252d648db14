package io.holdfast.backup.physical;

import java.util.Locale;
import java.util.Set;

/// What names in a data directory mean, those of InnoDB's own files apart: the server lists these
/// itself. Pure.
///
/// What is not known is left out and said so: a data directory also gathers key rings, core dumps
/// and people's own files, and none of them belongs into a backup unasked.
final class FileNames {
    /// Serialised dictionary entries, CSV, MyISAM, MERGE, ARCHIVE.
    private static final Set<String> OF_TABLES =
            Set.of("sdi", "CSV", "CSM", "MYD", "MYI", "MRG", "ARZ", "ARM");

    /// Those of them that hold rows, or what belongs to rows.
    private static final Set<String> ROWS_WITHOUT_TRANSACTIONS =
            Set.of("CSV", "CSM", "MYD", "MYI", "ARZ", "ARM");

    private static final Set<String> OF_THE_SERVER =
            Set.of("mysql_upgrade_history", "mysql_upgrade_info");

    /// Of the schema `mysql`.
    private static final Set<String> LOG_TABLES = Set.of("general_log", "slow_log");

    private FileNames() {}

    /// Whether a folder in the data directory is a schema's, or one that a person made; not the
    /// server's own, such as `#innodb_redo`.
    static boolean mayBeSchema(String folder) {
        return !folder.startsWith("#") && !folder.startsWith(".") && !folder.equals("lost+found");
    }

    /// Whether a file in the data directory itself belongs to the server's state.
    static boolean isOfTheServer(String file) {
        return OF_THE_SERVER.contains(file) || ending(file).equals("pem");
    }

    /// Whether a file in a schema's folder is a table's.
    static boolean isOfTable(String file) {
        return OF_TABLES.contains(ending(file));
    }

    /// Whether a file in the data directory itself is made anew by any server, or is a log or a
    /// state of this process only, so that nobody misses it.
    static boolean isExpendable(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return name.equals("auto.cnf")
                || name.equals("mysqld-auto.cnf") // its variables are among the settings
                || name.startsWith("ib_buffer_pool")
                || name.startsWith("ibtmp")
                || name.endsWith(".dblwr")
                || name.endsWith(".pid")
                || name.endsWith(".err")
                || name.endsWith(".log")
                || name.contains(".sock");
    }

    /// Whether a table's file is that of a table which the server made for itself, in the middle of
    /// DDL or of a statement, and did not come to remove. A `#` of a user's is written otherwise.
    static boolean isTemporary(String file) {
        return file.startsWith("#sql");
    }

    /// Whether a table's file holds, or belongs to, rows that no redo makes consistent: a user's
    /// table without transactions. The server's own log tables are taken as they are.
    static boolean hasRowsWithoutTransactions(String folder, String file) {
        return ROWS_WITHOUT_TRANSACTIONS.contains(ending(file))
                && !(folder.equals("mysql")
                        && LOG_TABLES.contains(file.substring(0, file.lastIndexOf('.'))));
    }

    private static String ending(String file) {
        int dot = file.lastIndexOf('.');
        return dot < 0 ? "" : file.substring(dot + 1);
    }
}
