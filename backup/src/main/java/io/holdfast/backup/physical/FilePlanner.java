package io.holdfast.backup.physical;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.innodb.SpaceId;
import io.holdfast.innodb.TablespaceHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds what is to be copied: the tablespaces that the server names, wherever they lie, and in the
/// data directory the other files of tables and the folders.
final class FilePlanner {
    private static final String TEMPORARY = "TEMPORARY";
    private static final int NOTES_MAX = 1000;

    private final PhysicalSource source;
    private final List<TablespaceFile> tablespaces = new ArrayList<>();
    private final List<FilePlan.OtherFile> others = new ArrayList<>();
    private final RowFilePlanner rows;
    private final Set<String> folders = new TreeSet<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<Path> known = new HashSet<>();
    private final DistinctPaths paths = new DistinctPaths();
    private @Nullable TablespaceHeader system;
    private boolean hasEncrypted;

    private FilePlanner(PhysicalSource source, RowFilePlanner rows) {
        this.source = source;
        this.rows = rows;
    }

    /// Makes the plan. The backup lock must be held.
    ///
    /// @throws RefusedException as [RowFilePlanner], or if a file is encrypted and there is no
    ///   keyring
    static FilePlan plan(PhysicalSource source, Session session, Set<TableName> allowInconsistent) {
        var planner = new FilePlanner(source, new RowFilePlanner(session, allowInconsistent));
        planner.readServersFiles(session);
        planner.readDataFolder();
        planner.tablespaces.sort(Comparator.comparingLong(TablespaceFile::bytes).reversed());
        return new FilePlan(
                planner.tablespaces,
                planner.others,
                planner.rows.all(),
                List.copyOf(planner.folders),
                planner.hasEncrypted,
                planner.notes);
    }

    private void readServersFiles(Session session) {
        Rows rows =
                session.query(
                        "SELECT FILE_NAME, FILE_TYPE, TABLESPACE_NAME, FILE_ID FROM"
                                + " information_schema.FILES WHERE ENGINE = 'InnoDB' ORDER BY"
                                + " FILE_ID = 0 DESC, FILE_NAME");
        Set<String> discarded = discarded(session);
        List<Path> systemFiles = new ArrayList<>();
        for (Rows.Row row : rows) {
            if (TEMPORARY.equals(row.stringOrNull(1))) {
                continue;
            }
            Path file = source.resolve(row.string(0));
            String tablespace = row.string(2);
            // The server knows the name of a discarded tablespace, and no more.
            if (!row.isNull(3) && row.integer(3) == SpaceId.SYSTEM) {
                systemFiles.add(source.resolveSystem(row.string(0)));
            } else if (discarded.contains(tablespace) && !Files.exists(file)) {
                note(tablespace + ": its tablespace is discarded, as on the server");
            } else {
                add(file, tablespace, FirstPages.read(file));
            }
        }
        addSystem(systemFiles);
    }

    private static Set<String> discarded(Session session) {
        Set<String> names = new HashSet<>();
        for (Rows.Row row :
                session.query(
                        "SELECT NAME FROM information_schema.INNODB_TABLESPACES WHERE STATE ="
                                + " 'discarded'")) {
            names.add(row.string(0));
        }
        return names;
    }

    /// The system tablespace may have several files, of which only the first has a header.
    private void addSystem(List<Path> files) {
        String first = source.variable("innodb_data_file_path").split("[:;]", 2)[0];
        Path firstName = Path.of(first).getFileName();
        for (Path file : files) {
            if (Objects.equals(file.getFileName(), firstName)) {
                system = FirstPages.read(file);
            }
        }
        if (system == null) {
            throw Unreadable.missing(source.resolveSystem(first));
        }
        for (Path file : files) {
            add(file, "innodb_system", system);
        }
    }

    private void add(Path file, String tablespace, TablespaceHeader header) {
        if (SpaceId.isTemporary(header.spaceId())) {
            return;
        }
        Path real = real(file);
        if (header.mayHoldEncryptedPages()) {
            if (source.keyring().isEmpty()) {
                throw EncryptedFile.withoutKeyring(real);
            }
            hasEncrypted = true;
        }
        known.add(real);
        String path = path(real, file, tablespace, header);
        paths.add(path, real.toString());
        if (path.contains("/")) {
            addFolders(Path.of(path).resolveSibling(""));
        }
        tablespaces.add(
                new TablespaceFile(
                        real,
                        path,
                        real.equals(source.dataFolder().resolve(path)) ? null : file.toString(),
                        header.spaceId(),
                        header.flags().bits(),
                        header.pageSize(),
                        mayBeEncrypted(header),
                        header.lsn(),
                        header.nextSegment(),
                        header.keySum(),
                        FileIdentity.of(real),
                        FirstPages.bytes(real)));
    }

    /// Where a file is to lie in the data directory: where it lies now, but a file of the system
    /// tablespace beside the folders, wherever the original's settings have it.
    private String path(Path real, Path file, String tablespace, TablespaceHeader header) {
        return real.startsWith(source.dataFolder()) && header.spaceId() != SpaceId.SYSTEM
                ? source.dataFolder().relativize(real).toString()
                : DistinctPaths.fromElsewhere(file, tablespace);
    }

    /// A server that is told to encrypt its undo logs begins at once, whatever is locked.
    private boolean mayBeEncrypted(TablespaceHeader header) {
        return header.mayHoldEncryptedPages()
                || (SpaceId.isUndo(header.spaceId()) && !source.keyring().isEmpty());
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException failure) {
            throw Unreadable.file(file, failure);
        }
    }

    private void addFolders(Path relative) {
        for (Path folder = relative;
                folder != null && !folder.toString().isEmpty();
                folder = folder.getParent()) {
            folders.add(folder.toString());
        }
    }

    private void readDataFolder() {
        for (Path entry : entries(source.dataFolder())) {
            String name = String.valueOf(entry.getFileName());
            if (Files.isDirectory(entry)) {
                if (FileNames.mayBeSchema(name)) {
                    folders.add(name);
                    readSchemaFolder(entry, name);
                }
            } else if (FileNames.isOfTheServer(name)) {
                addOther(name, entry);
            } else if (!isKnown(entry) && !FileNames.isExpendable(name) && !isLog(entry)) {
                note(name + ": left out, not known to be the server's");
            }
        }
    }

    private void readSchemaFolder(Path folder, String folderName) {
        for (Path entry : entries(folder)) {
            String name = String.valueOf(entry.getFileName());
            String path = folderName + "/" + name;
            if (FileNames.isOfTable(name)) {
                if (FileNames.isTemporary(name)) {
                    note(path + ": left out, of a table that the server made for itself");
                } else if (FileNames.hasRowsWithoutTransactions(folderName, name)) {
                    addRows(folderName, name, path, entry);
                } else {
                    addOther(path, entry);
                }
            } else if (!isKnown(entry)) {
                note(path + ": left out, not known to be the server's");
            }
        }
    }

    private void addRows(String folder, String name, String path, Path file) {
        List<TableName> tables = rows.tablesOf(folder, name);
        if (rows.isAllowedInconsistent(tables)) {
            String note = "table " + RowFilePlanner.named(tables) + ": rows are of another moment";
            if (!notes.contains(note)) {
                note(note);
            }
            addOther(path, file);
        } else {
            rows.add(tables, FilePlan.OtherFile.of(path, file));
        }
    }

    private void note(String text) {
        if (notes.size() < NOTES_MAX) {
            notes.add(text);
        }
    }

    private void addOther(String path, Path file) {
        others.add(FilePlan.OtherFile.of(path, file));
    }

    private boolean isKnown(Path file) {
        try {
            return known.contains(file.toRealPath());
        } catch (IOException _) {
            return false; // a link to nowhere
        }
    }

    /// Binary logs and relay logs, whatever they are called.
    private boolean isLog(Path file) {
        return startsLike(file, source.variable("log_bin_basename"))
                || startsLike(file, source.variable("relay_log_basename"));
    }

    private boolean startsLike(Path file, String basename) {
        if (basename.isEmpty()) {
            return false;
        }
        String name = String.valueOf(file.getFileName());
        String base = String.valueOf(source.resolve(basename).getFileName());
        return name.startsWith(base + ".") || name.startsWith(base + "-");
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException failure) {
            throw Unreadable.file(folder, failure);
        }
    }
}
