package io.holdfast.recovery.physical;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What becomes of a file in a data directory that a backup does not have, when the backup's pages
/// are laid over it. Decided by its name. Pure.
///
/// Never removed: binary logs, key rings, and whatever is not known to be a server's.
enum Leftover {
    /// Of a table, an undo log or a temporary state that is gone with the old content. To leave
    /// them would do harm: a server looks for tablespaces in all folders and refuses two of one
    /// number, puts pages from `*.dblwr` into tablespaces, and empties those of `*_trunc.log`.
    /// `auto.cnf` is removed because the restored server is another one, as it will give GTIDs out
    /// again that the old one has used.
    REMOVE,
    /// A log that a server would take for its own: transactions in it would count as executed
    /// although their rows are not there. Or the settings that the old server had persisted. People
    /// may need them, a server must not find them.
    SET_ASIDE,
    /// Not ours to judge.
    KEEP;

    /// What files of tables of other engines are called. Each such table has an `.sdi` beside it.
    private static final Set<String> OF_TABLES =
            Set.of("CSV", "CSM", "MYD", "MYI", "MRG", "ARZ", "ARM");

    private static final Pattern UNDO = Pattern.compile("undo_\\d{3}");

    /// A server that was killed while it truncated an undo tablespace: the next start makes that
    /// tablespace anew, whatever transactions the file has by then. Source: MySQL 9.7
    /// `storage/innobase/trx/trx0purge.cc`, `undo::make_log_file_name`;
    /// `storage/innobase/srv/srv0start.cc`, `srv_undo_tablespace_fixup_num`.
    private static final Pattern UNDO_TRUNCATION = Pattern.compile("undo_\\d+_trunc\\.log");

    private static final Pattern DICTIONARY_ENTRY = Pattern.compile(".+_\\d+\\.sdi");
    private static final Set<String> FOLDERS_OF_THE_SERVER =
            Set.of("#innodb_temp", "#ib_archive", "#meb");

    /// @param path relative to the data directory
    /// @param logBases as in [PresentFiles]
    /// @param hasEntry whether a table that is not InnoDB's has that name: an `.sdi` is beside it
    static Leftover of(String path, Set<String> logBases, boolean hasEntry) {
        int slash = path.indexOf('/');
        String folder = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (FOLDERS_OF_THE_SERVER.contains(folder) || isTablespace(path)) {
            return REMOVE;
        }
        return slash < 0 ? ofTop(name, logBases) : ofSchema(name, hasEntry);
    }

    private static Leftover ofTop(String name, Set<String> logBases) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".dblwr")
                || lower.startsWith("ibtmp")
                || lower.startsWith("ib_buffer_pool")
                || UNDO_TRUNCATION.matcher(name).matches()
                || name.equals(PageLaying.IDENTITY)) {
            return REMOVE;
        }
        boolean isLog =
                logBases.stream()
                        .anyMatch(base -> name.startsWith(base + ".") && isNumbered(name, base));
        return isLog || name.startsWith(PageLaying.PERSISTED) ? SET_ASIDE : KEEP;
    }

    private static boolean isNumbered(String name, String base) {
        String rest = name.substring(base.length() + 1);
        return rest.equals("index")
                || (!rest.isEmpty() && rest.chars().allMatch(c -> c >= '0' && c <= '9'));
    }

    private static Leftover ofSchema(String name, boolean hasEntry) {
        boolean isTables = hasEntry && OF_TABLES.contains(ending(name));
        return isTables || isDictionaryEntry(name) ? REMOVE : KEEP;
    }

    /// Whether InnoDB might take a file for a tablespace's.
    static boolean isTablespace(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.endsWith(".ibd") || name.endsWith(".ibu") || UNDO.matcher(path).matches();
    }

    static boolean isDictionaryEntry(String name) {
        return DICTIONARY_ENTRY.matcher(name).matches();
    }

    /// Whether a folder that nothing is left in is of no use: a schema's that is gone would be in
    /// the way of a new one.
    static boolean mayGoEmpty(String folder) {
        boolean isSchemas = !folder.startsWith("#") && !folder.startsWith(".");
        return isSchemas || FOLDERS_OF_THE_SERVER.contains(folder);
    }

    /// The table's part of the name of a file that is not InnoDB's.
    static String table(String path) {
        int dot = path.lastIndexOf('.');
        String stem = dot < 0 ? path : path.substring(0, dot);
        return isDictionaryEntry(path) ? stem.substring(0, stem.lastIndexOf('_')) : stem;
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
