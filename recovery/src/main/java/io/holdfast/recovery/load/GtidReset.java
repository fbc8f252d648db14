package io.holdfast.recovery.load;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;

/// Makes a server forget which transactions it has executed.
final class GtidReset {
    private static final int SYNTAX = 1064;

    private GtidReset() {}

    static void run(Session session) {
        try {
            session.execute("RESET BINARY LOGS AND GTIDS");
        } catch (SqlErrorException refusal) {
            if (refusal.number() != SYNTAX) {
                throw refusal;
            }
            session.execute("RESET MASTER"); // before 8.2
        }
    }
}
