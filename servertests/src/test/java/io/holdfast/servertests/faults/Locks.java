package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;

/// What a command may have left on a server.
final class Locks {
    private static final int LOOKS_MAX = 2_000;

    private Locks() {}

    static Session root(TestServer server) {
        return Session.open(
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY));
    }

    /// Holds if no session of a command is left and nothing is locked: DDL goes through at once. A
    /// server needs a moment to notice that the other side of a connection has died.
    static void demandNone(TestServer server) {
        try (Session session = root(server)) {
            String held =
                    "SELECT COUNT(*) FROM performance_schema.metadata_locks WHERE OBJECT_TYPE IN"
                            + " ('BACKUP LOCK', 'GLOBAL', 'COMMIT') AND OWNER_THREAD_ID <>"
                            + " PS_CURRENT_THREAD_ID()";
            String others =
                    "SELECT COUNT(*) FROM performance_schema.session_connect_attrs WHERE"
                            + " ATTR_NAME = 'program_name' AND ATTR_VALUE = 'holdfast' AND"
                            + " PROCESSLIST_ID <> CONNECTION_ID()";
            for (int look = 0; look < LOOKS_MAX && count(session, others) > 0; look++) {
                session.execute("DO SLEEP(0.01)");
            }
            assertThat(count(session, others)).as("sessions of commands").isZero();
            assertThat(count(session, held)).as("locks of others").isZero();
            session.execute("SET lock_wait_timeout = 1");
            session.execute("CREATE DATABASE IF NOT EXISTS unlocked");
            session.execute("DROP DATABASE unlocked");
        }
    }

    /// Holds if the server keeps its redo for nobody, as it would until all writers stand still. A
    /// session is off the list a moment before what it held is.
    static void demandNoRedoKept(TestServer server) {
        try (Session session = root(server)) {
            boolean isKept = isRedoKept(session);
            for (int look = 0; isKept && look < LOOKS_MAX; look++) {
                session.execute("DO SLEEP(0.01)");
                isKept = isRedoKept(session);
            }
            assertThat(isKept).as("redo kept for somebody").isFalse();
        }
    }

    /// Whether another session has the server keep its redo: asking for it is refused then.
    static boolean isRedoKept(Session session) {
        if (count(session, "SELECT innodb_redo_log_consumer_register()") == 1) {
            return true;
        }
        session.execute("DO innodb_redo_log_consumer_unregister()");
        return false;
    }

    private static long count(Session session, String query) {
        return session.query(query).only().integer(0);
    }
}
