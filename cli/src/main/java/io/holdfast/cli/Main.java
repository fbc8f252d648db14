package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs one command and ends with its exit status.
///
/// The command runs on a virtual thread, where every blocking call can be interrupted. Ctrl-C or a
/// termination signal interrupts it and waits until it has cleaned up.
public final class Main {
    private static final long CLEAN_UP_SECONDS_MAX = 45;

    private Main() {}

    /// Ends the process with the status that DESIGN D12 gives the outcome.
    public static void main(String[] arguments) throws InterruptedException {
        var exitStatus = new AtomicInteger(1);
        var ended = new CountDownLatch(1);
        Thread command =
                Thread.ofVirtual()
                        .name("command")
                        .unstarted(() -> {
                            try {
                                exitStatus.set(Holdfast.run(arguments, Output.ofProcess()));
                            } finally {
                                ended.countDown();
                            }
                        });
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> interrupt(command, ended, exitStatus), "interrupt"));
        command.start();
        ended.await();
        System.exit(exitStatus.get());
    }

    /// Interrupts the command, and ends the process with the status that the command then comes to:
    /// 130 for work that was cut short, 0 for an archiver that was stopped in order. Left to
    /// itself, the JVM would end with 128 and the signal's number whatever happened.
    private static void interrupt(Thread command, CountDownLatch ended, AtomicInteger exitStatus) {
        if (ended.getCount() == 0) {
            return;
        }
        command.interrupt();
        try {
            if (ended.await(CLEAN_UP_SECONDS_MAX, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(exitStatus.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
