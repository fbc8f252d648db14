package io.holdfast.servertests.logical;

import io.holdfast.backup.logical.LogicalBackup;
import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.backup.logical.LogicalBackupReport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.LogicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A backup in memory, and what stands in it.
record BackedUp(
        Repository repository,
        LogicalBackupReport report,
        List<SchemaLine> objects,
        List<TableLine> chunks) {

    static ConnectOptions as(TestServer server, String user, String password) {
        return server.as(user, password);
    }

    static Session root(TestServer server) {
        return Session.open(as(server, "root", ""));
    }

    static BackedUp of(ConnectOptions connect, LogicalBackupOptions options) {
        Repository repository = Repository.create(new MemoryStore());
        return in(repository, connect, options);
    }

    static BackedUp in(
            Repository repository, ConnectOptions connect, LogicalBackupOptions options) {
        return in(repository, connect, options, Progress.NONE);
    }

    static BackedUp in(
            Repository repository,
            ConnectOptions connect,
            LogicalBackupOptions options,
            Progress progress) {
        LogicalBackupReport report =
                new LogicalBackup(connect, repository, options, progress).run();
        BackupReader reader = repository.openBackup(report.backup());
        LogicalSection section = Objects.requireNonNull(reader.manifest().state().logical());
        List<SchemaLine> objects = new ArrayList<>();
        JsonLines.read(
                reader.open(section.schemaObjects()), "objects", SchemaLine.class, objects::add);
        List<TableLine> chunks = new ArrayList<>();
        JsonLines.read(reader.open(section.tables()), "chunks", TableLine.class, chunks::add);
        return new BackedUp(repository, report, objects, chunks);
    }

    List<SchemaLine> objects(ObjectKind kind) {
        return objects.stream().filter(line -> line.kind() == kind).toList();
    }
}
