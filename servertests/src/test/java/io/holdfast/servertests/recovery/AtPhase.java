package io.holdfast.servertests.recovery;

import io.holdfast.core.Progress;
import java.util.function.Consumer;

/// Does something where a phase of a restore or a recovery begins.
///
/// @param action is told the phase's name
public record AtPhase(Consumer<String> action) implements Progress {
    @Override
    public void say(String line) {
        action.accept(line);
    }

    @Override
    public Work begin(String title, Unit unit, long totalCount) {
        return _ -> {};
    }
}
