package io.holdfast.servertests.physical;

import io.holdfast.core.Progress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Does things at exact places in a backup with a reduced lock, which is let go as soon as it has a
/// plan.
final class Meanwhile implements Progress {
    /// A place.
    enum Place {
        /// The files are planned, and none was read.
        PLANNED,
        /// The first piece of a file was read, and nothing else.
        AMID,
        /// All files were copied, and the lock was not taken again.
        COPIED,
        /// They are planned again, and the lock was let go again because much is to be copied.
        PLANNED_AGAIN
    }

    private final Map<Place, Runnable> actions = new EnumMap<>(Place.class);
    private final AtomicInteger passes = new AtomicInteger();

    Meanwhile at(Place place, Runnable action) {
        actions.put(place, action);
        return this;
    }

    private synchronized void reach(Place place) {
        Runnable action = actions.remove(place);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void say(String line) {
        if (passes.get() == 1) {
            reach(Place.COPIED);
        }
    }

    @Override
    public Work begin(String title, Unit unit, long totalCount) {
        reach(passes.incrementAndGet() == 1 ? Place.PLANNED : Place.PLANNED_AGAIN);
        return _ -> reach(Place.AMID);
    }

    /// Demands that the backup came by all places.
    void demandAllReached() {
        if (!actions.isEmpty()) {
            throw new AssertionError("never reached " + actions.keySet());
        }
    }
}
