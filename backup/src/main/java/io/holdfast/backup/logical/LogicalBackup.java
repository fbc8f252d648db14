package io.holdfast.backup.logical;

import io.holdfast.backup.BackupError;
import io.holdfast.backup.logical.schema.Engines;
import io.holdfast.backup.logical.schema.SchemaReader;
import io.holdfast.backup.logical.schema.SchemaSink;
import io.holdfast.backup.logical.schema.TableSize;
import io.holdfast.backup.source.CurrentHistory;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.TaskScope;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.LogicalSection;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Takes a logical backup of a server: one consistent snapshot, the schema as statements, the rows
/// as the server sends them.
///
/// What vouches that schema and rows are of one moment:
///
/// - *With BACKUP_ADMIN* the backup lock keeps DDL out from the snapshot on. If its time is over
///   before the last row, each table that is read later is compared with its description and its
///   number in InnoDB while a metadata lock still holds it.
/// - *Without*, the whole schema is read before the snapshot, after it, and after the last row,
///   with InnoDB's table numbers, and the binary log of the time between is searched for DDL.
///
/// Whatever differs throws the snapshot away; a whole new one is taken, a few times.
public final class LogicalBackup {
    private final ConnectOptions connect;
    private final Repository repository;
    private final LogicalBackupOptions options;
    private final Progress progress;
    private final SchemaReader schema;
    private final Engines engines;

    public LogicalBackup(
            ConnectOptions connect,
            Repository repository,
            LogicalBackupOptions options,
            Progress progress) {
        this.connect = connect;
        this.repository = repository;
        this.options = options;
        this.progress = progress;
        this.engines = new Engines(options.allowInconsistent(), options.otherEnginesBytesMax());
        this.schema = new SchemaReader(engines);
    }

    /// Asks a server whether this account may take such a backup of it; touches nothing.
    ///
    /// @throws io.holdfast.core.RefusedException naming every privilege that is missing
    /// @throws UnavailableException if it cannot be reached
    public static void mustBeAllowed(ConnectOptions connect, LogicalBackupOptions options) {
        Source _ =
                Source.examine(
                        connect,
                        new Engines(options.allowInconsistent(), options.otherEnginesBytesMax()));
    }

    /// Takes the backup. When this returns it exists; when it throws it does not, and no lock is
    /// held on the server.
    ///
    /// @throws io.holdfast.core.RefusedException if a privilege is missing, an object is of an
    ///   unknown kind, a table cannot be read consistently, or another backup of the server is
    ///   under way
    /// @throws UnavailableException if the server or the store fails, is too busy for the
    ///   snapshot's lock, or changes its schema again and again
    public LogicalBackupReport run() {
        long began = System.nanoTime();
        Source source = Source.examine(connect, engines);
        try (BackupWriter backup =
                repository.beginBackup(
                        source.identity().uuid(), "logical backup of " + connect.address())) {
            for (int snapshot = 1; ; snapshot++) {
                try {
                    return attempt(source, backup, snapshot, began);
                } catch (UnavailableException | SqlErrorException failure) {
                    if (!SchemaChange.isIn(failure) || snapshot == options.backupTries()) {
                        throw failure;
                    }
                    progress.say("beginning anew: " + failure.problem().what());
                    source = Source.examine(connect, engines);
                }
            }
        }
    }

    private LogicalBackupReport attempt(
            Source source, BackupWriter backup, int number, long began) {
        @Nullable SchemaFingerprint before =
                source.privileges().mayLockForBackup() ? null : fingerprint(source, null);
        try (SnapshotGroup group = new SnapshotMaker(source, options, progress).make()) {
            progress.say("snapshot taken; writers were stopped for " + millis(group.lockTime()));
            Capture capture = new Capture(source, backup, group);
            capture.run();
            demandUnchanged(source, group, before);
            Manifest manifest = backup.commit(capture.state());
            return capture.report(manifest, number, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private SchemaFingerprint fingerprint(Source source, @Nullable SchemaFingerprint compared) {
        try (Session session = source.open()) {
            return SchemaFingerprint.read(session, schema, compared);
        }
    }

    /// Without the backup lock: the schema is as it was before the snapshot, and the binary log of
    /// the time between has no DDL.
    private void demandUnchanged(
            Source source, SnapshotGroup group, @Nullable SchemaFingerprint before) {
        if (before == null) {
            return;
        }
        fingerprint(source, before).demandEqual();
        if (group.moment().position() != null) {
            BinlogDdlSearch.demandNone(source, group.moment().position());
        }
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    /// One snapshot's worth of streams.
    private final class Capture {
        private final Source source;
        private final BackupWriter backup;
        private final SnapshotGroup group;
        private final BackupNotes notes = new BackupNotes();
        private final StreamWriter objects;
        private final StreamWriter chunks;
        private final JsonLines.Writer objectLines;
        private final JsonLines.Writer chunkLines;
        private @Nullable RowCopy rows;

        Capture(Source source, BackupWriter backup, SnapshotGroup group) {
            this.source = source;
            this.backup = backup;
            this.group = group;
            this.objects = backup.openStream();
            this.chunks = backup.openStream();
            this.objectLines = new JsonLines.Writer(objects);
            this.chunkLines = new JsonLines.Writer(chunks);
            if (!source.privileges().mayListPreparedXa()) {
                notes.add(
                        "prepared XA transactions were not looked for, and would be missing: GRANT"
                                + " XA_RECOVER_ADMIN");
            }
        }

        void run() {
            boolean isWhole = false;
            try (Progress.Work work =
                            progress.begin("copying rows", Progress.Unit.BYTES, Progress.UNKNOWN);
                    var scope = new TaskScope("logical-backup", options.threads() + 3)) {
                RowCopy copy = new RowCopy(group, knownTables(), backup, chunkLines, options, work);
                rows = copy;
                copy.start(scope);
                scope.fork(() -> {
                    readSchema(copy);
                    return null;
                });
                scope.join();
                objectLines.end();
                chunkLines.end();
                isWhole = true;
            } finally {
                if (!isWhole) {
                    objects.close();
                    chunks.close();
                }
            }
        }

        /// With the backup lock: whoever has none compares these numbers with the fingerprint. If
        /// the lock is over meanwhile, [#demandWholeUnderLock()] says so.
        private @Nullable InnodbTables knownTables() {
            if (!source.privileges().mayLockForBackup()) {
                return null;
            }
            try (Session session = source.open()) {
                return InnodbTables.read(session);
            }
        }

        private void readSchema(RowCopy copy) {
            try (Session session = source.open()) {
                schema.read(session, sink(copy));
            } catch (SqlErrorException error) {
                throw SchemaChange.told(error, "the schema");
            }
            demandWholeUnderLock();
            copy.noMoreTables();
        }

        /// Rows have other witnesses, but nothing else vouches for views, routines and accounts, or
        /// for a table that was dropped before it was described.
        private void demandWholeUnderLock() {
            if (source.privileges().mayLockForBackup() && !group.keepsDdlOut()) {
                throw new UnavailableException(
                        Problem.of(BackupError.BACKUP_LOCK_LOST)
                                .what(
                                        "the backup lock was over after %d ms, before the whole"
                                                + " schema was read",
                                        group.ddlBlocked().toMillis())
                                .where("server %s", connect.address())
                                .remedy("Allow more time with `--ddl-block-max`."));
            }
        }

        private SchemaSink sink(RowCopy copy) {
            return new SchemaSink() {
                @Override
                public void line(SchemaLine line) {
                    notes.take(line);
                    objectLines.write(line);
                }

                @Override
                public void table(SchemaLine line, TableSize size) {
                    line(line);
                    TableContent content = line.table();
                    if (content != null && line.schema() != null) {
                        copy.add(
                                new TableJob(
                                        new TableName(line.schema(), line.name()),
                                        content,
                                        size,
                                        line.statements().getFirst()));
                    }
                }
            };
        }

        private RowCopy copied() {
            if (rows == null) {
                throw new IllegalStateException("nothing was copied yet");
            }
            return rows;
        }

        BackupState state() {
            Moment moment = group.moment();
            return new BackupState(
                    BackupKind.LOGICAL,
                    source.identity(),
                    CurrentHistory.of(repository, source.identity().uuid(), moment.gtids()),
                    moment.gtids(),
                    moment.position(),
                    moment.at(),
                    source.settings(),
                    moment.channels(),
                    new LogicalSection(
                            objects.finish(),
                            chunks.finish(),
                            objectLines.count(),
                            copied().tableCount(),
                            copied().rowCount()),
                    null);
        }

        LogicalBackupReport report(Manifest manifest, int snapshots, Duration total) {
            Moment moment = group.moment();
            return new LogicalBackupReport(
                    backup.id(),
                    source.identity(),
                    moment.gtids(),
                    moment.position(),
                    moment.at(),
                    total,
                    group.lockTime(),
                    group.ddlBlocked(),
                    snapshots,
                    group.tries(),
                    objectLines.count(),
                    copied().tableCount(),
                    copied().chunkCount(),
                    copied().rowCount(),
                    manifest.rawBytes(),
                    manifest.storedBytes(),
                    notes.list());
        }
    }
}
