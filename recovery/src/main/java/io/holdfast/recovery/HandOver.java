package io.holdfast.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;
import io.holdfast.core.ShellWords;
import io.holdfast.mysqld.MysqldHome;
import io.holdfast.recovery.sandbox.Marker;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import io.holdfast.recovery.sandbox.Sandbox;
import io.holdfast.recovery.sandbox.ShapeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Gives a recovered server to its owner: writes the option file it is to be started with, starts
/// it without any of the sandbox's haste, leaves it running if that is wanted, and says how to
/// start it.
final class HandOver {
    private final MysqldHome home;
    private final RecoveredFolder folder;
    private final ShapeSettings shape;
    private final Map<String, String> settings;
    private final boolean hasGtids;

    /// @param settings of the original that were not default
    HandOver(
            MysqldHome home,
            RecoveredFolder folder,
            ShapeSettings shape,
            Map<String, String> settings,
            boolean hasGtids) {
        this.home = home;
        this.folder = folder;
        this.shape = shape;
        this.settings = settings;
        this.hasGtids = hasGtids;
    }

    /// What was given to the owner.
    record Given(UUID server, Optional<RunningServer> running) {}

    /// Starts the server once as its owner will, with every safety on, proves that it is what was
    /// made, takes our own account away and marks the folder as finished. Then it is stopped or let
    /// go: until that moment it ends with Holdfast.
    ///
    /// @param serverId found nowhere in the archive
    /// @param finished the marker to leave, of the restored server's UUID
    Given give(
            Afterwards afterwards,
            List<String> mysqldOptions,
            long serverId,
            GtidSet executed,
            Function<UUID, Marker> finished) {
        folder.write(
                folder.optionFile(),
                OptionFile.of(folder, shape, settings, new Sandbox.Role(hasGtids, serverId)));
        boolean isKept = afterwards != Afterwards.STOP;
        boolean isReadOnly = afterwards == Afterwards.KEEP_READ_ONLY;
        UUID uuid;
        try (Sandbox sandbox =
                Sandbox.start(
                        home,
                        folder,
                        shape,
                        new Sandbox.Role(hasGtids, serverId),
                        isKept ? Sandbox.Pace.owned() : Sandbox.Pace.safe(),
                        mysqldOptions)) {
            uuid = prove(sandbox, executed);
            sandbox.seal(isReadOnly);
            if (isKept) {
                folder.mark(finished.apply(uuid));
                sandbox.release();
                return new Given(
                        uuid, Optional.of(RunningServer.of(home, sandbox.process(), isReadOnly)));
            }
        }
        folder.mark(finished.apply(uuid));
        return new Given(uuid, Optional.empty());
    }

    /// What [#give] is called among the phases.
    static String phase(Afterwards afterwards) {
        return switch (afterwards) {
            case STOP -> "starting and stopping it once with safe settings";
            case KEEP_READ_ONLY, KEEP_WRITABLE -> "starting it with safe settings";
        };
    }

    private static UUID prove(Sandbox sandbox, GtidSet executed) {
        try (Session session = sandbox.open()) {
            ServerProof.mustHaveExecuted(session, executed);
            return ServerProof.serverUuid(session);
        }
    }

    /// The command that starts the server in the foreground.
    String startCommand() {
        var command = new ArrayList<String>();
        for (String word : home.mysqldCommand()) {
            command.add(
                    word.equals("--no-defaults") ? "--defaults-file=" + folder.optionFile() : word);
        }
        return ShellWords.join(command);
    }
}
