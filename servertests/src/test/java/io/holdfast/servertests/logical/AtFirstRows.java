package io.holdfast.servertests.logical;

import io.holdfast.core.Progress;
import java.util.concurrent.atomic.AtomicBoolean;

/// Does something at an exact place in a backup: once, on the thread that has just read the first
/// rows, whose session still holds their table's metadata lock and waits.
final class AtFirstRows implements Progress {
    private final Runnable action;
    private final AtomicBoolean isDone = new AtomicBoolean();

    AtFirstRows(Runnable action) {
        this.action = action;
    }

    @Override
    public void say(String line) {}

    @Override
    public Work begin(String title, Unit unit, long totalCount) {
        return _ -> {
            if (isDone.compareAndSet(false, true)) {
                action.run();
            }
        };
    }
}
