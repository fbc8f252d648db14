package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import io.holdfast.core.GtidSet;
import io.holdfast.core.TaskScope;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.Repository;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.format.Compression;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PhysicalFile;
import io.holdfast.store.DirectoryStore;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// What the launcher runs once after each build, so that the JVM's AOT cache knows the classes that
/// commands use, and the profiles of the code that is hot in a backup: a command that lasts seconds
/// would otherwise spend them in the interpreter.
///
/// It needs no server. It loads every class of ours, asks several verbs, stores pages in a
/// repository as a backup does, compressed and not, and reads them all back. What it is told to do
/// with a server fails, as it must.
final class TrainingRun {
    private static final int PAGE_BYTES = 16 << 10;
    private static final int PAGES_PER_PIECE = 64;
    private static final int PIECES = 96;
    private static final int THREADS = 2;
    private static final int CHECKSUMMED_FROM = 4;
    private static final int FLUSH_LSN = 26;
    private static final int BODY = 38;
    private static final int TRAILER_BYTES = 8;

    private final Output output =
            Output.into(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    private final Path folder;

    private TrainingRun(Path folder) {
        this.folder = folder;
    }

    /// Trains in a folder of ours.
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        new TrainingRun(folder).run();
    }

    private void run() throws Exception {
        loadOurs();
        verb("help");
        verb("lab", "stop", "training", "--json");
        verb("lab", "list");
        for (Compression compression : List.of(Compression.NONE, Compression.DEFAULT)) {
            Path repository = folder.resolve("repository-" + compression.equals(Compression.NONE));
            backUp(Repository.create(DirectoryStore.create(repository)).compressing(compression));
            verb("list", "--repo", repository.toString());
            verb("verify", "--repo", repository.toString(), "--json");
        }
        Path options = folder.resolve("nobody.cnf");
        Files.writeString(options, "[client]\nuser=nobody\nsocket=" + folder.resolve("none\n"));
        for (String kind : List.of("--physical", "--logical")) {
            verb(
                    "backup",
                    kind,
                    "--repo",
                    folder.resolve("repository-true").toString(),
                    "--defaults-file",
                    options.toString());
        }
    }

    private void verb(String... arguments) {
        int _ = Holdfast.run(arguments, output);
    }

    /// Loads the classes of the jars that lie beside this one and are ours.
    private static void loadOurs() throws Exception {
        URI own = TrainingRun.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path jars = Path.of(own).resolveSibling("");
        try (Stream<Path> all = Files.list(jars)) {
            for (Path jar : all.filter(path -> path.toString().endsWith(".jar")).toList()) {
                try (var files = FileSystems.newFileSystem(jar);
                        Stream<Path> entries = Files.walk(files.getPath("/"))) {
                    for (Path entry : entries.toList()) {
                        String name = entry.toString();
                        if (name.startsWith("/io/holdfast/") && name.endsWith(".class")) {
                            load(name.substring(1, name.length() - ".class".length()));
                        }
                    }
                }
            }
        }
    }

    private static void load(String path) throws ClassNotFoundException {
        if (!path.endsWith("package-info")) {
            Class<?> _ =
                    Class.forName(
                            path.replace('/', '.'), false, TrainingRun.class.getClassLoader());
        }
    }

    /// Stores pages from several threads, as a backup does, and commits.
    private static void backUp(Repository repository)
            throws InterruptedException, ExecutionException {
        try (BackupWriter backup = repository.beginBackup(new UUID(0, 1), "training")) {
            try (var scope = TaskScope.ofPlatformThreads("training", THREADS)) {
                for (int thread = 0; thread < THREADS; thread++) {
                    int seed = thread;
                    scope.fork(() -> {
                        store(backup, new SplittableRandom(seed));
                        return null;
                    });
                }
                scope.join();
            }
            backup.commit(state(lines(backup)));
        }
    }

    private static void store(BackupWriter backup, SplittableRandom random) {
        byte[] piece = new byte[PAGES_PER_PIECE * PAGE_BYTES];
        try (StreamWriter stream = backup.openStream();
                var verifier = new PageVerifier(PageSize.plain(PAGE_BYTES), false)) {
            for (int i = 0; i < PIECES; i++) {
                fill(piece, random);
                for (int page = 0; page < piece.length; page += PAGE_BYTES) {
                    if (verifier.verify(piece, page).isSuspect()) {
                        throw new IllegalStateException("a page of the training is not sound");
                    }
                    stream.write(piece, page, PAGE_BYTES);
                }
            }
            var _ = stream.finish();
        }
    }

    /// Digits, which compress about as well as rows do.
    private static void fill(byte[] piece, SplittableRandom random) {
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) ('0' + random.nextInt(10));
        }
        var crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        for (int page = 0; page < piece.length; page += PAGE_BYTES) {
            int trailer = page + PAGE_BYTES - TRAILER_BYTES;
            bytes.putShort(page + 24, (short) 17_855);
            bytes.putInt(trailer + 4, bytes.getInt(page + 20));
            crc.reset();
            crc.update(piece, page + CHECKSUMMED_FROM, FLUSH_LSN - CHECKSUMMED_FROM);
            int head = (int) crc.getValue();
            crc.reset();
            crc.update(piece, page + BODY, trailer - page - BODY);
            int sum = head ^ (int) crc.getValue();
            bytes.putInt(page, sum);
            bytes.putInt(trailer, sum);
        }
    }

    private static StreamRef lines(BackupWriter backup) {
        try (StreamWriter stream = backup.openStream()) {
            var lines = new JsonLines.Writer(stream);
            lines.write(new PhysicalFile.Folder("training"));
            lines.end();
            return stream.finish();
        }
    }

    private static BackupState state(StreamRef files) {
        return new BackupState(
                BackupKind.PHYSICAL,
                new ServerIdentity(new UUID(0, 1), "0", "", "", 0, 1),
                null,
                GtidSet.EMPTY,
                null,
                Instant.EPOCH,
                Map.of(),
                List.of(),
                null,
                new PhysicalSection(
                        files,
                        StreamRef.EMPTY,
                        0,
                        0,
                        0,
                        false,
                        PAGE_BYTES,
                        PhysicalSection.Method.FULL,
                        null,
                        Instant.EPOCH,
                        1,
                        0,
                        0));
    }
}
