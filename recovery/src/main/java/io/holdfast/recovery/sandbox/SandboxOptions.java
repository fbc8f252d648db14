package io.holdfast.recovery.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mysqld options of a sandbox: what keeps it from acting on its own, and what makes a replay
/// fast while nobody relies on the server yet.
///
/// Measured on 2 cores, 200,000 small write transactions (349 MB of log), CPU seconds of mysqld,
/// which other work on the machine does not change: 64 with these options alone; 51 without
/// positions beside GTIDs ([io.holdfast.recovery.replay.Replay]); 44 without redo log
/// ([Sandbox#risk()]). Switching `performance_schema` off would win 2 more, but the applier's
/// errors are read from it.
///
/// Seconds of the replay by workers, on the same machine, with these options: 38 with 2, 32 with 4,
/// 33 with 16, 35 with 64. If the owner asks for a binary log with `sync_binlog=1`: 79 with 4, 58
/// with 16, 46 with 64, because what waits together is synced together, and because the coordinator
/// burns a core in `sched_yield` while no worker is free (MySQL 9.7 `sql/rpl_mta_submode.cc`,
/// `Mts_submode_logical_clock::get_free_worker`).
final class SandboxOptions {
    static final int WORKERS_DEFAULT = 16;

    private static final long BUFFER_BYTES_MIN = 128L << 20;
    private static final long BUFFER_BYTES_MAX = 4L << 30;

    private SandboxOptions() {}

    /// What every start of a sandbox has, so that it never acts: DESIGN D11.
    ///
    /// @param serverId found nowhere in the archive
    static List<String> harmless(boolean hasGtids, long serverId) {
        return List.of(
                "--persisted-globals-load=OFF",
                "--event-scheduler=OFF",
                "--skip-replica-start",
                "--server-id=" + serverId,
                "--gtid-mode=" + (hasGtids ? "ON" : "OFF"),
                "--enforce-gtid-consistency=" + (hasGtids ? "ON" : "OFF"),
                "--log-bin-trust-function-creators=ON",
                "--loose-mysql-native-password=ON");
    }

    /// What makes loading and replaying fast. A crash of the sandbox loses the work, which begins
    /// anew then anyway; behind it comes a clean stop, which writes every page.
    static List<String> fast(int workers) {
        var options = new ArrayList<String>();
        options.addAll(
                List.of(
                        "--skip-log-bin",
                        "--innodb-doublewrite=OFF",
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-redo-log-capacity=1G",
                        "--innodb-buffer-pool-size=" + bufferBytes(),
                        "--innodb-buffer-pool-load-at-startup=OFF",
                        "--innodb-buffer-pool-dump-at-shutdown=OFF",
                        "--max-allowed-packet=1G",
                        "--local-infile=ON"));
        options.addAll(
                List.of(
                        "--replica-parallel-workers=" + workers,
                        // After an error exactly a prefix of the log is executed, without holes.
                        "--replica-preserve-commit-order=ON",
                        "--replica-max-allowed-packet=1G",
                        // Nothing is sent while much of the log is passed over.
                        "--replica-net-timeout=86400",
                        "--replica-pending-jobs-size-max=256M",
                        "--sync-relay-log=0",
                        "--max-relay-log-size=128M",
                        // The log is read faster than it is applied; it must not fill the disk.
                        "--relay-log-space-limit=2G"));
        return List.copyOf(options);
    }

    /// An eighth of the machine's memory, within bounds. Source: Linux `proc_meminfo(5)`.
    private static long bufferBytes() {
        long machineBytes = 0;
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            machineBytes =
                    lines.filter(line -> line.startsWith("MemTotal:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                            .findFirst()
                            .orElse(0);
        } catch (IOException | UncheckedIOException _) {
            // No such file on this system: the least will do.
        }
        return Math.clamp(machineBytes / 8, BUFFER_BYTES_MIN, BUFFER_BYTES_MAX);
    }
}
