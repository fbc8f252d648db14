package io.holdfast.servertests.physical;

import io.holdfast.core.Progress;

/// Does something at an exact place in a backup: the server is locked and its redo is followed, and
/// no page was read yet.
final class AtCopying implements Progress {
    private final Runnable action;

    AtCopying(Runnable action) {
        this.action = action;
    }

    @Override
    public void say(String line) {}

    @Override
    public Work begin(String title, Unit unit, long totalCount) {
        action.run();
        return _ -> {};
    }
}
