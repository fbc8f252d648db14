package io.holdfast.repository.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The process that holds a lease.
///
/// @param host name of the machine, for people
/// @param process its number there
/// @param machine boot id and process-id namespace of the kernel; empty if unknown. Two processes
///   of equal `machine` see each other's numbers
/// @param started when the process began, which tells it from a later one of the same number
public record LeaseHolder(String host, long process, String machine, Instant started) {

    /// This process.
    public static LeaseHolder current() {
        ProcessHandle self = ProcessHandle.current();
        return new LeaseHolder(hostName(), self.pid(), machineName(), startOf(self));
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH).truncatedTo(ChronoUnit.MILLIS);
    }

    /// The kernel's own name of the machine, which unlike the resolver's answers at once. Source:
    /// Linux `proc_sys_kernel(5)`, `hostname`.
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }

    /// Source: Linux `proc_sys_kernel(5)`, `random/boot_id`; `namespaces(7)`, `/proc/PID/ns/pid`.
    private static String machineName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
                    + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | UnsupportedOperationException _) {
            return "";
        }
    }

    /// Whether it is certain, seen from another process, that this one has ended.
    boolean isKnownDeadTo(LeaseHolder observer) {
        if (machine.isEmpty() || !machine.equals(observer.machine)) {
            return false;
        }
        Optional<ProcessHandle> process =
                ProcessHandle.of(this.process).filter(ProcessHandle::isAlive);
        return process.isEmpty() || !startOf(process.get()).equals(started);
    }

    /// For people: `db3, process 4711`.
    @Override
    public String toString() {
        return host + ", process " + process;
    }
}
