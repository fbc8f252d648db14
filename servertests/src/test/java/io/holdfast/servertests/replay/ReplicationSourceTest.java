package io.holdfast.servertests.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.listener.BinlogFeed;
import io.holdfast.listener.ListenerError;
import io.holdfast.listener.ReplicationSource;
import io.holdfast.listener.SourceIdentity;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Goal: a real server takes us for its source and ends up equal to the server whose files we
/// serve. Oracle: `gtid_executed` and `CHECKSUM TABLE` on both.
class ReplicationSourceTest {
    private static final List<String> ROWS_OF_ALL_SORTS =
            List.of(
                    "create database university",
                    "use university",
                    "create table grades(id int primary key auto_increment, s varchar(20), g decimal(5,2))",
                    "create table parts(id int, y year, primary key(id, y)) partition by range(y)"
                            + " (partition p0 values less than (2000), partition p1 values less than maxvalue)",
                    "insert into parts values (1, 1999), (2, 2005)",
                    "insert into grades(s, g) values ('a', 1), ('b', 2), ('c', 3)",
                    "begin",
                    "insert into grades(s, g) values ('d', 1)",
                    "savepoint sp1",
                    "insert into grades(s, g) values ('e', 1)",
                    "rollback to sp1",
                    "update grades set g = g + 1",
                    "commit",
                    "xa start 'x1'",
                    "insert into grades(s, g) values ('xa', 1)",
                    "xa end 'x1'",
                    "xa prepare 'x1'",
                    "xa commit 'x1'",
                    "set binlog_format = statement",
                    "insert into grades(s, g) values ('st', 9)",
                    "set binlog_format = row",
                    "set binlog_transaction_compression = 1",
                    "insert into grades(s, g) select s, g from grades",
                    "set binlog_transaction_compression = 0",
                    "flush binary logs",
                    "create table blobs(id int primary key, b longblob)",
                    "insert into blobs values (1, repeat('b', 40000000))",
                    "create view v as select * from grades",
                    "create table gone(a int)",
                    "drop table gone",
                    "create table made select * from grades");

    private static Connection connect(TestServer server) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl() + "&maxAllowedPacket=1073741824", "root", "");
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String text(Connection connection, String sql, int column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var all = new ArrayList<String>();
            while (rows.next()) {
                all.add(String.valueOf(rows.getString(column)));
            }
            return String.join(" ", all);
        }
    }

    private static String checksums(Connection connection) throws SQLException {
        String sql =
                "checksum table university.grades, university.parts, university.blobs, university.made";
        return text(connection, sql, 2);
    }

    private static List<Path> logs(TestServer server) throws IOException {
        try (Stream<Path> all = Files.list(server.dataFolder())) {
            return all.filter(path -> path.getFileName().toString().matches("binlog\\.\\d+"))
                    .sorted()
                    .toList();
        }
    }

    private static ReplicationSource source(boolean hasGtids, BinlogFeed feed) {
        var identity = new SourceIdentity(4_000_000_001L, new UUID(1, 2), "9.7.4", hasGtids);
        return ReplicationSource.open(identity, feed);
    }

    private static void follow(
            Connection replica, ReplicationSource source, String password, String where)
            throws SQLException {
        String change =
                Text.format(
                        "change replication source to source_host='127.0.0.1', source_port=%d, source_user='%s',"
                                + " source_password='%s', source_ssl=0, get_source_public_key=0,"
                                + " source_connect_retry=1, source_heartbeat_period=0.2, %s",
                        source.port(), source.user(), password, where);
        run(replica, List.of(change, "start replica"));
    }

    private static String ioError(Connection replica) throws SQLException {
        return text(
                replica,
                "select last_error_number from performance_schema.replication_connection_status"
                        + " where last_error_number <> 0",
                1);
    }

    @FunctionalInterface
    private interface Probe {
        boolean isTrue() throws SQLException;
    }

    /// Asks until it holds; the server's own waits bound the pace.
    private static void await(Connection connection, Probe probe) throws SQLException {
        for (int i = 0; i < 3000 && !probe.isTrue(); i++) {
            var _ = text(connection, "select sleep(0.1)", 1);
        }
        assertThat(probe.isTrue()).isTrue();
    }

    @Test
    void aReplicaWithAutoPositionEndsUpEqualAndGoesOnWhereItWas() throws Exception {
        try (var original = TestServer.start("--max-allowed-packet=1G");
                var copy =
                        TestServer.start(
                                "--max-allowed-packet=1G", "--replica-parallel-workers=4");
                Connection here = connect(original);
                Connection there = connect(copy)) {
            run(here, ROWS_OF_ALL_SORTS);
            run(
                    here,
                    List.of(
                            "set gtid_next = 'automatic:tag_x'",
                            "insert into grades(s, g) values ('tagged', 1)",
                            "set gtid_next = 'automatic'"));
            String executed = text(here, "select @@gtid_executed", 1).replace("\n", "");
            run(there, List.of("reset binary logs and gtids"));
            List<Path> files = logs(original);
            try (var source =
                    source(true, request -> new ServedFiles(files, request, GtidSet.EMPTY))) {
                follow(there, source, source.password(), "source_auto_position=1");
                await(
                        there,
                        () ->
                                text(there, "select @@gtid_executed", 1)
                                        .replace("\n", "")
                                        .equals(executed));
                assertThat(checksums(there)).isEqualTo(checksums(here));

                String heard =
                        "select count_received_heartbeats > 2 from performance_schema.replication_connection_status";
                await(there, () -> text(there, heard, 1).equals("1"));
                assertThat(source.connectionCount()).isEqualTo(1);

                run(there, List.of("stop replica"));
                run(here, List.of("insert into grades(s, g) values ('unwanted', 1)"));
                String unwanted = text(here, "select @@gtid_executed", 1).replace("\n", "");
                GtidSet last = GtidSet.parse(unwanted).subtract(GtidSet.parse(executed));
                assertThat(Gtid.parse(last.toString()).sequence()).isPositive();
                run(here, List.of("insert into parts values (3, 2010)"));
                String wanted = text(here, "select @@gtid_executed", 1).replace("\n", "");
                try (var again = source(true, request -> new ServedFiles(files, request, last))) {
                    follow(there, again, again.password(), "source_auto_position=1");
                    await(
                            there,
                            () ->
                                    text(there, "select @@gtid_executed", 1)
                                            .replace("\n", "")
                                            .equals(wanted));
                    run(there, List.of("stop replica"));
                    assertThat(again.feedFailure()).isNull();
                }
                run(here, List.of("delete from grades where s = 'unwanted'"));
                assertThat(checksums(there)).isEqualTo(checksums(here));
            }
        }
    }

    @Test
    void aReplicaWithoutGtidsEndsUpEqual() throws Exception {
        String[] options = {
            "--gtid-mode=OFF", "--enforce-gtid-consistency=OFF", "--max-allowed-packet=1G"
        };
        try (var original = TestServer.start(options);
                var copy = TestServer.start(options);
                Connection here = connect(original);
                Connection there = connect(copy)) {
            run(here, ROWS_OF_ALL_SORTS);
            List<Path> files = logs(original);
            String last = files.getLast().getFileName() + " " + Files.size(files.getLast());
            try (var source =
                    source(false, request -> new ServedFiles(files, request, GtidSet.EMPTY))) {
                follow(
                        there,
                        source,
                        source.password(),
                        "source_log_file='"
                                + files.getFirst().getFileName()
                                + "', source_log_pos=4");
                await(
                        there,
                        () -> {
                            String file = text(there, "show replica status", 10);
                            return last.equals(file + " " + text(there, "show replica status", 22));
                        });
                assertThat(checksums(there)).isEqualTo(checksums(here));
                run(there, List.of("stop replica"));
                assertThat(source.feedFailure()).isNull();
            }
        }
    }

    @Test
    void aReplicaStopsWhenTheLogCannotBeServed() throws Exception {
        var problem =
                Problem.of(ListenerError.REPLICA_REFUSED).what("gap").where("test").remedy("none");
        try (var copy = TestServer.start();
                Connection there = connect(copy);
                var source =
                        source(
                                true,
                                _ -> {
                                    throw new RefusedException(problem);
                                })) {
            follow(there, source, source.password(), "source_auto_position=1");
            await(there, () -> ioError(there).equals("13114"));
            assertThat(source.connectionCount()).isEqualTo(1);
            assertThat(source.feedFailure()).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void aReplicaWithAWrongPasswordIsNotServed() throws Exception {
        try (var copy = TestServer.start();
                Connection there = connect(copy);
                var source =
                        source(
                                true,
                                _ -> {
                                    throw new AssertionError("served");
                                })) {
            follow(there, source, "wrong", "source_auto_position=1");
            await(there, () -> ioError(there).equals("1045"));
            assertThat(source.feedFailure()).isNull();
            run(there, List.of("stop replica"));
        }
    }
}
