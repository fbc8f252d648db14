package io.holdfast.wire.clone;

import io.holdfast.core.ByteCursor;

/// What a donor is at. Source: MySQL 9.7 `storage/innobase/include/clone0desc.h`, `Snapshot_State`.
public enum ClonePhase {
    INIT(1),
    /// Files as they lie on the disk, while the server goes on; torn pages among them.
    FILES(2),
    /// Pages that were written meanwhile, from the server's memory, whole.
    PAGES(3),
    /// The redo log of the time in which those pages were copied.
    REDO(4),
    DONE(5);

    private final int number;

    ClonePhase(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    static ClonePhase read(ByteCursor in) {
        long number = in.u32Be("phase");
        for (ClonePhase phase : values()) {
            if (phase.number == number) {
                return phase;
            }
        }
        throw in.impossible("a clone's phase is " + number + ", expected 1 to 5");
    }
}
