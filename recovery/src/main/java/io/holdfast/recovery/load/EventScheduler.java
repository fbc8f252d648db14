package io.holdfast.recovery.load;

import io.holdfast.client.Session;

/// Keeps events from running while they are loaded, because one that is due would change rows that
/// were just proven. Confined to one thread.
final class EventScheduler implements AutoCloseable {
    private final Session session;
    private boolean isStopped;

    private EventScheduler(Session session, boolean isStopped) {
        this.session = session;
        this.isStopped = isStopped;
    }

    static EventScheduler stop(Session session) {
        boolean isOn =
                session.query("SELECT @@GLOBAL.event_scheduler").only().string(0).equals("ON");
        if (isOn) {
            session.execute("SET GLOBAL event_scheduler = OFF");
        }
        return new EventScheduler(session, isOn);
    }

    /// Lets events run again if they did before.
    void restore() {
        if (isStopped) {
            session.execute("SET GLOBAL event_scheduler = ON");
            isStopped = false;
        }
    }

    /// Leaves the scheduler off if the load did not come to its end: what it would act on is
    /// unfinished.
    @Override
    public void close() {}
}
