package io.holdfast.servertests.innodb;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.Text;
import io.holdfast.servertests.TestServer;

/// Sessions, rows and questions for tests that know InnoDB.
public final class Sql {
    private Sql() {}

    static Session root(TestServer server) {
        return Session.open(
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(server.socket()), "root", Secret.EMPTY));
    }

    /// Adds 700 rows, some 200 KiB of which a third is random, to a table that has columns `a INT`
    /// and `b VARCHAR(300)`.
    static void fill(Session session, String table) {
        session.execute(
                Text.format(
                        """
                        INSERT INTO %s (a, b)
                        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
                        SELECT i, CONCAT(SHA2(i, 512), REPEAT(CHAR(97 + i %% 26), 150)) FROM n
                        """,
                        table));
    }

    public static long number(Session session, String expression) {
        return session.query("SELECT " + expression).only().integer(0);
    }

    static String text(Session session, String expression) {
        return session.query("SELECT " + expression).only().string(0);
    }

    /// `LSN` or `LSN_checkpoint` of InnoDB, as `performance_schema.log_status` has it.
    public static long lsn(Session session, String name) {
        return number(
                session,
                "STORAGE_ENGINES->>'$.InnoDB." + name + "' FROM performance_schema.log_status");
    }

    /// Has the server write all changed pages and begin recovery at its present LSN.
    public static void sharpCheckpoint(Session session) {
        session.query("SELECT innodb_redo_log_sharp_checkpoint()");
    }
}
