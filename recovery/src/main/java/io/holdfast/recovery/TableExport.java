package io.holdfast.recovery;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.ShellWords;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.recovery.error.RecoveryError;
import io.holdfast.recovery.physical.TableFiles;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.repository.BackupState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Takes one table out of a sandbox, as transportable tablespaces and the statements around them.
///
/// Source: MySQL 9.7 manual, *Importing InnoDB Tables*; *FLUSH TABLES … FOR EXPORT*.
final class TableExport {
    static final String CREATE = "create.sql";
    static final String IMPORT = "import.sql";

    private static final String SQL_MODE = "NO_ENGINE_SUBSTITUTION";
    private static final String DELIMITER = "$$holdfast$$";

    private final TableFiles files;
    private final TableName table;
    private final Path data;
    private final Path into;
    private final BackupState state;

    /// @param data the sandbox's
    TableExport(TableFiles files, Path data, Path into, BackupState state) {
        this.files = files;
        this.table = files.table();
        this.data = data;
        this.into = into;
        this.state = state;
    }

    /// What lies in the folder now.
    record Exported(List<String> files, List<String> notes, List<String> next) {}

    /// Checks and exports it. The sandbox does not run any more afterwards.
    ///
    /// @throws RefusedException if the server cannot export it, or a prepared transaction is left
    /// @throws CorruptDataException if the server finds damage in it
    Exported export(Sandbox sandbox) {
        var notes = new ArrayList<String>();
        try (Session session = sandbox.open()) {
            TableCheck.awaitRollback(session, table);
            mustBePlain(session);
            TableCheck.demandSound(session, table);
            // As it will be executed: with others, names are quoted as they are not read there.
            session.execute(Text.format("SET SESSION sql_mode = '%s'", SQL_MODE));
            String create = session.query("SHOW CREATE TABLE " + table.quoted()).only().string(1);
            List<String> triggers = triggers(session);
            notes(session, notes, triggers);
            session.execute("FLUSH TABLES " + table.quoted() + " FOR EXPORT");
            List<String> moved = move();
            // What it would still write, or remove, is no concern of the files that were moved.
            sandbox.process().kill();
            write(CREATE, createStatements(create));
            write(IMPORT, importStatements(triggers));
            doing(
                    into,
                    () ->
                            Files.setPosixFilePermissions(
                                    into, PosixFilePermissions.fromString("rwx------")));
            sync(into);
            return new Exported(moved, notes, next());
        }
    }

    private void mustBePlain(Session session) {
        boolean hasFullText =
                session.query(
                                        "SELECT COUNT(*) FROM information_schema.statistics WHERE index_type ="
                                                + " 'FULLTEXT' AND "
                                                + isThisTable("table_schema", "table_name"))
                                .only()
                                .integer(0)
                        > 0;
        if (hasFullText) {
            throw TableCheck.refused(
                    table,
                    "it has a full-text index, which no server exports; take its rows, --server instead of --into");
        }
    }

    private String isThisTable(String schemaColumn, String tableColumn) {
        return Text.format(
                "%s = %s AND %s = %s",
                schemaColumn, literal(table.schema()), tableColumn, literal(table.table()));
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private List<String> triggers(Session session) {
        var statements = new ArrayList<String>();
        Rows names =
                session.query(
                        "SELECT trigger_name FROM information_schema.triggers WHERE "
                                + isThisTable("event_object_schema", "event_object_table")
                                + " ORDER BY event_manipulation, action_timing, action_order");
        for (Rows.Row name : names) {
            Rows.Row trigger =
                    session.query(
                                    "SHOW CREATE TRIGGER "
                                            + TableName.quote(table.schema())
                                            + "."
                                            + TableName.quote(name.string(0)))
                            .only();
            statements.add(
                    Text.format(
                            "SET SESSION sql_mode = %s;\nDELIMITER %s\n%s\n%s\nDELIMITER ;\n",
                            literal(trigger.string("sql_mode")),
                            DELIMITER,
                            trigger.string("SQL Original Statement"),
                            DELIMITER));
        }
        return statements;
    }

    private void notes(Session session, List<String> notes, List<String> triggers) {
        long keys =
                session.query(
                                "SELECT COUNT(*) FROM information_schema.referential_constraints WHERE "
                                        + isThisTable("constraint_schema", "table_name"))
                        .only()
                        .integer(0);
        if (keys > 0) {
            notes.add(
                    Text.format(
                            "%d foreign keys: an import does not check that the rows they refer to are there",
                            keys));
        }
        if (!triggers.isEmpty()) {
            notes.add(
                    Text.format(
                            "%d triggers, at the end of %s: their definers must be accounts of the target",
                            triggers.size(), IMPORT));
        }
    }

    /// The tablespaces and the descriptions that the server wrote beside them.
    private List<String> move() {
        var moved = new ArrayList<String>();
        for (String path : files.paths()) {
            Path tablespace = data.resolve(path);
            String name = String.valueOf(tablespace.getFileName());
            String description = name.substring(0, name.length() - "ibd".length()) + "cfg";
            for (String each : List.of(name, description)) {
                Path to = into.resolve(each);
                doing(to, () -> Files.move(tablespace.resolveSibling(each), to));
                sync(to);
                moved.add(each);
            }
        }
        return moved;
    }

    private String createStatements(String create) {
        return Text.format(
                """
                -- Table %1$s as it was after the transactions '%2$s'.
                SET NAMES utf8mb4;
                SET SESSION foreign_key_checks = 0;
                SET SESSION sql_mode = '%6$s';
                CREATE DATABASE IF NOT EXISTS %3$s;
                USE %3$s;
                %4$s;
                ALTER TABLE %5$s DISCARD TABLESPACE;
                """,
                table.toString().replaceAll("\\R", " "),
                state.gtidSet(),
                TableName.quote(table.schema()),
                create,
                table.quoted(),
                SQL_MODE);
    }

    private String importStatements(List<String> triggers) {
        return Text.format(
                """
                SET NAMES utf8mb4;
                SET SESSION foreign_key_checks = 0;
                USE %s;
                ALTER TABLE %s IMPORT TABLESPACE;
                %s\
                """,
                TableName.quote(table.schema()), table.quoted(), String.join("", triggers));
    }

    private List<String> next() {
        String schema = String.valueOf(Path.of(files.paths().getFirst()).getParent());
        return List.of(
                Text.format("mysql < %s", ShellWords.quote(into.resolve(CREATE))),
                Text.format(
                        "cp %1$s/*.ibd %1$s/*.cfg DATADIR/%2$s/ && chown mysql: DATADIR/%2$s/*",
                        ShellWords.quote(into), schema),
                Text.format("mysql < %s", ShellWords.quote(into.resolve(IMPORT))));
    }

    private void write(String name, String content) {
        Path file = into.resolve(name);
        doing(file, () -> Files.writeString(file, content));
        sync(file);
    }

    private static void sync(Path entry) {
        doing(
                entry,
                () -> {
                    try (var channel = FileChannel.open(entry, StandardOpenOption.READ)) {
                        channel.force(true);
                    }
                });
    }

    private interface FileWork {
        void run() throws IOException;
    }

    private static void doing(Path place, FileWork work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw new UnavailableException(
                    Problem.of(RecoveryError.TARGET_UNWRITABLE)
                            .what("%s", failure)
                            .where("%s", place)
                            .remedy("Check the folder's permissions and its space."),
                    failure);
        }
    }
}
