package io.holdfast.recovery;

import io.holdfast.core.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Times a recovery's phases and says each when it begins. Confined to one thread.
final class Phases {
    private final Progress progress;
    private final List<RecoveryReport.Phase> done = new ArrayList<>();

    Phases(Progress progress) {
        this.progress = progress;
    }

    <T> T time(String name, Supplier<T> work) {
        progress.say(name);
        long begin = System.nanoTime();
        T result = work.get();
        done.add(new RecoveryReport.Phase(name, Duration.ofNanos(System.nanoTime() - begin)));
        return result;
    }

    void run(String name, Runnable work) {
        time(
                name,
                () -> {
                    work.run();
                    return name;
                });
    }

    List<RecoveryReport.Phase> done() {
        return List.copyOf(done);
    }
}
