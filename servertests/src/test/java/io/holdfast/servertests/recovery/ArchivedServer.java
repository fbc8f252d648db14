package io.holdfast.servertests.recovery;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.mysqld.Folders;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RecoveryReport;
import io.holdfast.recovery.RecoveryRequest;
import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.LogicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.History;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/// A server whose whole life is archived: a backup of it when it was empty, and its log since.
final class ArchivedServer implements AutoCloseable {
    private final TestServer server;
    private final Repository repository = Repository.create(new MemoryStore());
    private final Path folder = TestServer.temporaryFolder();
    private final Session session;

    ArchivedServer(String... options) {
        this.server = TestServer.start(options);
        this.session = open(server.socket());
    }

    static Session open(Path socket) {
        return Session.open(
                ConnectOptions.of(new ServerAddress.UnixSocket(socket), "root", Secret.EMPTY));
    }

    Session session() {
        return session;
    }

    TestServer server() {
        return server;
    }

    Repository repository() {
        return repository;
    }

    void run(String... statements) {
        for (String statement : statements) {
            session.execute(statement);
        }
    }

    String ask(String query) {
        return session.query(query).only().string(0);
    }

    UUID uuid() {
        return UUID.fromString(ask("SELECT @@server_uuid"));
    }

    GtidSet executed() {
        return GtidSet.parse(ask("SELECT @@gtid_executed"));
    }

    /// Closes the present binary-log file and archives all.
    HistoryArchive archive() {
        return archive(_ -> true);
    }

    /// @param isKept which parts are not lost, by their number from 0
    HistoryArchive archive(IntPredicate isKept) {
        session.execute("FLUSH BINARY LOGS");
        String version = ask("SELECT @@version");
        HistoryArchive archive =
                new Archive(repository)
                        .begin(
                                uuid(),
                                new History.Beginning(
                                        History.Reason.NEW,
                                        null,
                                        "binlog.000001",
                                        GtidSet.EMPTY,
                                        "test"));
        try (Stream<Path> entries = Files.list(server.dataFolder())) {
            List<Path> files =
                    entries.filter(file -> file.getFileName().toString().matches("binlog\\.\\d+"))
                            .sorted()
                            .toList();
            FilesAsArchive.put(archive, files.subList(0, files.size() - 1), version, isKept);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try (var writer = repository.beginBackup(uuid(), "test")) {
            StreamRef objects = noLines(writer.openStream());
            StreamRef tables = noLines(writer.openStream());
            var _ =
                    writer.commit(
                            new BackupState(
                                    BackupKind.LOGICAL,
                                    new ServerIdentity(
                                            uuid(),
                                            version,
                                            "",
                                            "here",
                                            0,
                                            session.query("SELECT @@server_id").only().integer(0)),
                                    archive.id().text(),
                                    GtidSet.EMPTY,
                                    new BinlogPosition("binlog.000001", 4),
                                    Instant.EPOCH,
                                    Map.of(),
                                    List.of(),
                                    new LogicalSection(objects, tables, 0, 0, 0),
                                    null));
        }
        return archive;
    }

    private static StreamRef noLines(StreamWriter stream) {
        new JsonLines.Writer(stream).end();
        return stream.finish();
    }

    Path folder(String name) {
        return folder.resolve(name);
    }

    RecoveryRequest request(String moment, String into) {
        return new RecoveryRequest(
                Moment.parse(moment),
                Clock.ORIGINAL,
                null,
                null,
                null,
                Planner.Skips.NONE,
                folder(into),
                false,
                false,
                1,
                0,
                true,
                List.of("--innodb-buffer-pool-size=64M", "--innodb-redo-log-capacity=64M"),
                "holdfast recover --to " + moment);
    }

    RecoveryReport recover(RecoveryRequest request) {
        return recover(request, _ -> {});
    }

    /// @param atPhase called when a phase begins, with its name
    RecoveryReport recover(RecoveryRequest request, Consumer<String> atPhase) {
        return new Recovery(repository, TestServer.home(), new AtPhase(atPhase)).run(request);
    }

    @Override
    public void close() {
        session.close();
        server.close();
        Folders.remove(folder);
    }
}
