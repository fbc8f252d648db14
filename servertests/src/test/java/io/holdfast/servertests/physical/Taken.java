package io.holdfast.servertests.physical;

import io.holdfast.backup.physical.PhysicalBackup;
import io.holdfast.backup.physical.PhysicalBackupOptions;
import io.holdfast.backup.physical.PhysicalBackupReport;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.format.BlockRun;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PageRun;
import io.holdfast.repository.physical.PageSegment;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.servertests.TestServer;
import io.holdfast.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A physical backup in memory, read by its document alone.
record Taken(PhysicalBackupReport report, BackupReader reader, List<PhysicalFile> files) {

    /// Takes one of a server.
    static Taken of(ConnectOptions connect, PhysicalBackupOptions options, Progress progress) {
        return of(Repository.create(new MemoryStore()), connect, options, progress);
    }

    /// Takes one into a repository, perhaps based on another.
    static Taken of(
            Repository repository,
            ConnectOptions connect,
            PhysicalBackupOptions options,
            Progress progress) {
        PhysicalBackupReport report =
                new PhysicalBackup(connect, repository, options, progress).run();
        BackupReader reader = repository.openBackup(report.backup());
        List<PhysicalFile> files = new ArrayList<>();
        JsonLines.read(
                reader.open(section(reader).files()), "files", PhysicalFile.class, files::add);
        return new Taken(report, reader, List.copyOf(files));
    }

    /// Three threads, and the spool among the server's own files of the test.
    static PhysicalBackupOptions options(TestServer server) {
        return PhysicalBackupOptions.in(server.folder().resolve("spool")).withThreads(3);
    }

    static Session root(TestServer server) {
        return Session.open(server.as("root", ""));
    }

    private static PhysicalSection section(BackupReader reader) {
        return Objects.requireNonNull(reader.manifest().state().physical());
    }

    PhysicalSection section() {
        return section(reader);
    }

    byte[] redo() {
        return bytes(section().redo());
    }

    private byte[] bytes(StreamRef stream) {
        try (StreamInput in = reader.open(stream)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    List<PhysicalFile.Tablespace> tablespaces() {
        return files.stream()
                .filter(PhysicalFile.Tablespace.class::isInstance)
                .map(PhysicalFile.Tablespace.class::cast)
                .toList();
    }

    PhysicalFile.Tablespace tablespace(String path) {
        return tablespaces().stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    /// Takes a page of a tablespace.
    @FunctionalInterface
    interface PageSink {
        /// Takes one; the array is not ours afterwards.
        void accept(long page, byte[] bytes, int offset);
    }

    /// Hands on all pages of a file that are not all zero.
    void pages(PhysicalFile.Tablespace file, PageSink sink) {
        long[] page = {0};
        int pageBytes = file.pageBytes();
        for (var reference : file.segments()) {
            PageSegment map = PageSegment.decode(bytes(reference), file.path());
            for (PageRun run : map.runs()) {
                if (run instanceof PageRun.Stored stored) {
                    reader.blocks(
                            new BlockRun(stored.pack(), stored.block(), 1),
                            (_, raw, _) -> {
                                for (int i = 0; i < stored.pageCount(); i++) {
                                    sink.accept(
                                            page[0] + i,
                                            raw,
                                            (stored.firstInBlock() + i) * pageBytes);
                                }
                            });
                }
                page[0] += run.pageCount();
            }
        }
    }
}
