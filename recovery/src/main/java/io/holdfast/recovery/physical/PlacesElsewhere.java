package io.holdfast.recovery.physical;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.ShellWords;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.recovery.error.RecoveryError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a server has outside of its data directory, by the settings that it had when it was backed
/// up. Its owner will start it with them again, and then it would find what belongs to other pages:
/// an old redo log, or binary logs whose transactions count as executed although their rows are not
/// there.
///
/// @param data the data directory, where it lies now
/// @param original where it lay then
record PlacesElsewhere(Path data, Path original, Map<String, String> settings) {
    /// Folders by the variables that name them, and what lies in them.
    private static final Map<String, String> FOLDERS =
            Map.of(
                    "innodb_log_group_home_dir",
                    RedoFileName.FOLDER,
                    "innodb_undo_directory",
                    DeltaTarget.UNDO,
                    "innodb_data_home_dir",
                    DeltaTarget.SYSTEM);

    static PlacesElsewhere of(Path data, Map<String, String> settings) {
        Path original = data.resolve(settings.getOrDefault("datadir", "")).normalize();
        return new PlacesElsewhere(data, original, settings);
    }

    /// @throws RefusedException if there is any
    void demandNone() {
        FOLDERS.forEach((variable, name) -> {
            Path folder = outside(variable);
            if (folder != null && Files.exists(folder.resolve(name))) {
                throw refused(
                        "the server's " + variable + " is elsewhere",
                        folder.resolve(name),
                        "Restore into a new folder, without --delta.");
            }
        });
        mustHaveNoLogs("log_bin_index", "binary logs");
        mustHaveNoLogs("relay_log_index", "relay logs");
    }

    private void mustHaveNoLogs(String variable, String what) {
        Path index = outside(variable);
        if (index != null && Files.exists(index)) {
            String path = ShellWords.quote(index);
            throw refused(
                    "the server's " + what + " are elsewhere, and would count as executed",
                    index,
                    "Move their index away, then no server finds them: `mv "
                            + path
                            + " "
                            + path
                            + ".replaced`.");
        }
    }

    /// @return null if it lies in the data directory, or is not known
    private @Nullable Path outside(String variable) {
        Path place = data.resolve(settings.getOrDefault(variable, "")).normalize();
        return place.startsWith(data) || place.startsWith(original) ? null : place;
    }

    private static RefusedException refused(String what, Path where, String remedy) {
        return new RefusedException(
                Problem.of(RecoveryError.DELTA_REFUSED)
                        .what("%s", what)
                        .where("%s", where)
                        .remedy("%s", remedy));
    }
}
