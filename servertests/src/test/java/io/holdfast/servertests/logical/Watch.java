package io.holdfast.servertests.logical;

import io.holdfast.client.Session;

/// Looks at a server until it has come into a state.
final class Watch {
    private static final int LOOKS_MAX = 6_000;

    private Watch() {}

    /// Waits until a query that counts gives the wanted number.
    static void until(Session session, String countQuery, long wanted) {
        long seen = -1;
        for (int look = 0; look < LOOKS_MAX; look++) {
            seen = session.query(countQuery).only().integer(0);
            if (seen == wanted) {
                return;
            }
            session.execute("DO SLEEP(0.01)");
        }
        throw new AssertionError("still " + seen + ", expected " + wanted + ": " + countQuery);
    }
}
