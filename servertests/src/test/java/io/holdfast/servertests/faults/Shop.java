package io.holdfast.servertests.faults;

import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;

/// Tables of some megabytes that do not compress, for commands that take a moment.
final class Shop {
    private Shop() {}

    /// Makes `t0` and so on in a new schema, of 10 MB each.
    static void fill(TestServer server, String schema, int tables) {
        try (Session root = Locks.root(server)) {
            root.execute("CREATE DATABASE " + schema);
            root.execute("USE " + schema);
            root.execute("SET cte_max_recursion_depth = 10000");
            root.execute("CREATE TABLE t0 (id INT PRIMARY KEY, v BLOB)");
            root.execute(
                    "INSERT INTO t0 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1"
                            + " FROM n WHERE i < 10000) SELECT i, RANDOM_BYTES(900) FROM n");
            for (int table = 1; table < tables; table++) {
                root.execute("CREATE TABLE t" + table + " LIKE t0");
                root.execute("INSERT INTO t" + table + " SELECT * FROM t0");
            }
            root.execute("DO innodb_redo_log_sharp_checkpoint()");
        }
    }
}
