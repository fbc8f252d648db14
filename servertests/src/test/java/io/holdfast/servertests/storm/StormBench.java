package io.holdfast.servertests.storm;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.core.Text;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// The storm as `bench/storm.sh` runs it: `run SOCKET PASSWORD WRITES_PER_SECOND FOLDER` until the
/// file FOLDER/stop is there, with a line of `rates` each second; `check REPOSITORY FOLDER BACKUP…`
/// compares and ends with status 1 if anything differs.
final class StormBench {
    private static final Storm STORM = new Storm(16, 6, 50_000, 7);
    private static final int WRITES_PER_TRANSACTION = 3;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private StormBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("run")) {
            run(
                    ConnectOptions.of(
                            new ServerAddress.UnixSocket(Path.of(arguments[1])),
                            "root",
                            Secret.of(arguments[2])),
                    Double.parseDouble(arguments[3]) / WRITES_PER_TRANSACTION,
                    Files.createDirectories(Path.of(arguments[4])));
        } else {
            check(
                    Repository.open(DirectoryStore.open(Path.of(arguments[1]))),
                    new SchemaLog(Path.of(arguments[2])),
                    List.of(arguments).subList(3, arguments.length));
        }
    }

    private static void run(ConnectOptions root, double transactionsPerSecond, Path folder)
            throws IOException, InterruptedException {
        STORM.prepare(root);
        var stop = new AtomicBoolean();
        var writers = new StormWriters(STORM, root, transactionsPerSecond, stop);
        var ddl = new StormDdl(STORM, root, new SchemaLog(folder), SECOND, stop);
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= STORM.writers(); i++) {
            int writer = i;
            threads.add(Thread.ofPlatform().start(() -> writers.write(writer)));
        }
        threads.add(Thread.ofPlatform().start(ddl::run));
        while (!Files.exists(folder.resolve("stop"))) {
            long before = writers.transactions();
            LockSupport.parkNanos(SECOND.toNanos());
            Files.writeString(
                    folder.resolve("rates"),
                    (writers.transactions() - before) * WRITES_PER_TRANSACTION
                            + " "
                            + writers.takeLongestNanos() / 1_000_000
                            + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.println(
                Text.format(
                        "load: %d transactions of %d writes in %.0f s, %.0f writes per second; %d"
                                + " lost a deadlock with DDL and were written again",
                        writers.transactions(),
                        WRITES_PER_TRANSACTION,
                        seconds,
                        writers.transactions() * WRITES_PER_TRANSACTION / seconds,
                        writers.lost()));
        System.out.println("DDL: " + ddl.count() + " statements: " + ddl.kinds());
    }

    private static void check(Repository repository, SchemaLog log, List<String> ids) {
        int equal = 0;
        for (String id : ids) {
            String difference =
                    StormCheck.difference(STORM, log, repository.openBackup(new BackupId(id)));
            System.out.println(id + ": " + (difference.isEmpty() ? "equal" : difference));
            equal += difference.isEmpty() ? 1 : 0;
        }
        System.out.println(equal + " of " + ids.size() + " backups equal");
        if (equal < ids.size()) {
            System.exit(1);
        }
    }
}
