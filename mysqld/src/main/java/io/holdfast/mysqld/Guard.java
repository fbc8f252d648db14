package io.holdfast.mysqld;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Sees to it that no mysqld outlives the Holdfast that started it, however that ends.
///
/// Two nets. A *shutdown hook* ends what runs when the JVM ends in order or by a signal it can
/// catch. A *guard process*, a shell of a few kilobytes per server, blocks on a pipe whose only
/// writing end is ours: when the JVM is gone (`kill -9`, out of memory) the pipe closes and the
/// guard kills the server by its id, after checking that the process of this id still is that
/// server. A line through the pipe tells it that the server ended in order.
final class Guard implements AutoCloseable {
    /// The guard ignores the signals of the terminal: Ctrl-C goes to the whole process group.
    private static final String SCRIPT =
            """
            trap '' INT HUP TERM QUIT
            IFS= read -r word && [ "$word" = over ] && exit 0
            tr '\\0' '\\n' </proc/"$1"/cmdline 2>/dev/null | grep -qxF -- "$2" && kill -9 "$1"
            exit 0
            """;

    private static final Set<MysqldProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Guard::killAll, "end-mysqld"));
    }

    private final Process shell;
    private final MysqldProcess guarded;

    private Guard(Process shell, MysqldProcess guarded) {
        this.shell = shell;
        this.guarded = guarded;
    }

    /// Begins to watch over a server.
    ///
    /// @param mark an argument that only this server's command line has
    static Guard over(MysqldProcess server, long pid, String mark) throws IOException {
        Process shell =
                new ProcessBuilder(
                                "/bin/sh", "-c", SCRIPT, "holdfast-guard", Long.toString(pid), mark)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        RUNNING.add(server);
        return new Guard(shell, server);
    }

    private static void killAll() {
        RUNNING.forEach(MysqldProcess::kill);
    }

    /// Ends the watch: the server has ended.
    @Override
    public void close() {
        RUNNING.remove(guarded);
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write("over\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            // The guard is gone already, and so is what it guarded.
        }
    }
}
