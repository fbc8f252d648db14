package io.holdfast.recovery;

import io.holdfast.recovery.moment.LoggedTransaction.Clock;
import io.holdfast.recovery.moment.Moment;
import io.holdfast.recovery.plan.Planner;
import io.holdfast.repository.BackupId;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a user asks of a recovery.
///
/// @param server whose server is meant; null if the moment alone says it
/// @param history which history is meant; null if the moment alone says it
/// @param backup which backup to begin with; null for the one from which the moment is reached in
///   the shortest time
/// @param into the folder to make, or, with `isContinued`, the one to go on with
/// @param isContinued whether the folder holds a recovered server that is to be rolled forward
/// @param isDryRun plan only; touch nothing
/// @param threads that load rows
/// @param workers that apply transactions; 0 for the default
/// @param isChecked whether `CHECK TABLE … QUICK` runs over every table at the end
/// @param mysqldOptions stronger than ours
/// @param command the command line that is running, for messages that name the next one
public record RecoveryRequest(
        Moment moment,
        Clock clock,
        @Nullable UUID server,
        @Nullable String history,
        @Nullable BackupId backup,
        Planner.Skips skips,
        Path into,
        boolean isContinued,
        boolean isDryRun,
        int threads,
        int workers,
        boolean isChecked,
        List<String> mysqldOptions,
        String command) {
    public RecoveryRequest {
        mysqldOptions = List.copyOf(mysqldOptions);
    }
}
