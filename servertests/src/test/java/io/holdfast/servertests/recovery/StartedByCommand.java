package io.holdfast.servertests.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A recovered server that a shell started by the command that its report gives to people.
public final class StartedByCommand implements Looked {
    private static final long LOOK_NANOS = Duration.ofMillis(25).toNanos();
    private static final int LOOKS_MAX = 4_000;

    private final Process process;
    private final Session session;

    /// @param socket where it is to be reached
    public StartedByCommand(String command, Path socket) {
        process = run(command);
        Session opened = null;
        try {
            opened = await(socket);
        } finally {
            if (opened == null) {
                process.destroyForcibly();
            }
        }
        session = opened;
    }

    private static Process run(String command) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "exec " + command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Session await(Path socket) {
        for (int look = 0; look < LOOKS_MAX && process.isAlive(); look++) {
            try {
                return ArchivedServer.open(socket);
            } catch (UnavailableException _) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        throw new AssertionError(
                process.isAlive() ? "no answer" : "ended with status " + process.exitValue());
    }

    @Override
    public Session session() {
        return session;
    }

    /// Stops it as the report says.
    @Override
    public void close() {
        try (session) {
            process.destroy();
        }
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it did not stop");
            }
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new AssertionError(failure);
        }
    }
}
