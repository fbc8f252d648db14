package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Gives a recovered server to its owner: writes the option file it is to be started with, starts
/// it once without any of the sandbox's haste, and says how to start it.
final class HandOver {
    private final MysqldHome home;
    private final RecoveredFolder folder;
    private final ShapeSettings shape;
    private final boolean hasGtids;

    HandOver(MysqldHome home, RecoveredFolder folder, ShapeSettings shape, boolean hasGtids) {
        this.home = home;
        this.folder = folder;
        this.shape = shape;
        this.hasGtids = hasGtids;
    }

    Sandbox start(List<String> mysqldOptions, long serverId) {
        folder.write(folder.optionFile(), optionFile(serverId));
        return Sandbox.start(
                home,
                folder,
                shape,
                new Sandbox.Role(hasGtids, serverId),
                Sandbox.Pace.safe(),
                mysqldOptions);
    }

    /// Proves what it has executed and returns its UUID.
    UUID prove(Sandbox sandbox, GtidSet executed) {
        try (Session session = sandbox.open()) {
            ServerProof.mustHaveExecuted(session, executed);
            return ServerProof.serverUuid(session);
        }
    }

    private String optionFile(long serverId) {
        var lines = new StringBuilder();
        lines.append(
                "# A server that Holdfast brought back. See holdfast.marker for what it holds.\n");
        lines.append("[mysqld]\n");
        line(lines, "datadir", folder.data());
        line(lines, "socket", folder.run().resolve("mysqld.sock"));
        line(lines, "pid-file", folder.run().resolve("mysqld.pid"));
        line(lines, "log-error", folder.run().resolve("error.log"));
        line(lines, "secure-file-priv", folder.run().resolve("files"));
        line(lines, "server-id", serverId);
        line(lines, "gtid-mode", hasGtids ? "ON" : "OFF");
        line(lines, "enforce-gtid-consistency", hasGtids ? "ON" : "OFF");
        lines.append("# Scheduled events stay off until you take this line out.\n");
        line(lines, "event-scheduler", "OFF");
        if (!shape.always().isEmpty()) {
            lines.append("# Settings of the original that shape data.\n");
            shape.always().forEach(option -> lines.append(option.substring(2)).append('\n'));
        }
        return lines.toString();
    }

    private static void line(StringBuilder lines, String name, Object value) {
        lines.append(Text.format("%s = %s\n", name, value));
    }

    /// The command that starts the server in the foreground.
    String startCommand() {
        var command = new ArrayList<String>();
        for (String word : home.mysqldCommand()) {
            command.add(
                    word.equals("--no-defaults") ? "--defaults-file=" + folder.optionFile() : word);
        }
        return String.join(" ", command);
    }
}
