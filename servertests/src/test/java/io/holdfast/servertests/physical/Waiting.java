package io.holdfast.servertests.physical;

import io.holdfast.client.Session;

/// Looks at a server until it has come into a state.
final class Waiting {
    /// How long a server has run, in seconds.
    static final String UPTIME =
            "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME ="
                    + " 'Uptime'";

    private static final int LOOKS_MAX = 12_000;

    private Waiting() {}

    /// Waits until a query that gives a number gives at least the wanted one.
    static void untilAtLeast(Session session, String query, long wanted) {
        long seen = -1;
        for (int look = 0; look < LOOKS_MAX; look++) {
            seen = session.query(query).only().integer(0);
            if (seen >= wanted) {
                return;
            }
            session.execute("DO SLEEP(0.01)");
        }
        throw new AssertionError("still " + seen + ", expected " + wanted + ": " + query);
    }
}
