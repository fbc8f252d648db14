package io.holdfast.recovery.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.client.ConnectOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Sessions that go from task to task, opened when they are first needed. There are as many as
/// tasks run at once. Thread-safe.
final class SessionPool implements AutoCloseable {
    private final ConnectOptions target;

    @GuardedBy("this")
    private final List<LoadSession> all = new ArrayList<>();

    @GuardedBy("this")
    private final Deque<LoadSession> idle = new ArrayDeque<>();

    SessionPool(ConnectOptions target) {
        this.target = target;
    }

    /// An idle session, or a new one. The caller gives it back.
    LoadSession take() {
        synchronized (this) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        LoadSession opened = LoadSession.open(target);
        synchronized (this) {
            all.add(opened);
        }
        return opened;
    }

    synchronized void give(LoadSession session) {
        idle.push(session);
    }

    @Override
    public synchronized void close() {
        all.forEach(LoadSession::close);
    }
}
