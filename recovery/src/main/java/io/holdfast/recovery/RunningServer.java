package io.holdfast.recovery;

import io.holdfast.core.ShellWords;
import io.holdfast.core.UsageException;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.mysqld.MysqldProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A recovered server that was left running. It listens where its process says and nowhere else,
/// and has the original's accounts.
///
/// @param isReadOnly whether `super_read_only` is ON
/// @param connectCommand opens a session on it, as the original's root
public record RunningServer(long pid, Path socket, boolean isReadOnly, String connectCommand) {

    static RunningServer of(MysqldHome home, MysqldProcess process, boolean isReadOnly) {
        var connect = new ArrayList<>(client(home));
        connect.add("--socket=" + process.socket());
        connect.addAll(List.of("--user=root", "--password"));
        return new RunningServer(
                process.pid(), process.socket(), isReadOnly, ShellWords.join(connect));
    }

    /// The client of the same MySQL, or the one in the PATH if it has none.
    private static List<String> client(MysqldHome home) {
        try {
            return home.toolCommand("mysql");
        } catch (UsageException _) {
            return List.of("mysql");
        }
    }

    /// Stops it in order.
    public String stopCommand() {
        return "kill " + pid;
    }
}
