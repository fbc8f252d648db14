package io.holdfast.servertests.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.TableAsBackedUp;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.DifferentException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Progress;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.recovery.load.TableDescription;
import io.holdfast.recovery.load.TableLoad;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.EveryKind;
import io.holdfast.servertests.fixture.JdbcRunner;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: a table that goes from server to server by its rows is the same there, or not there at
/// all. Method: every kind of table; Connector/J, which shares no line with us, reads both.
@Seeded
final class TableCopyTest {
    private static final String TABLES =
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE ="
                    + " 'BASE TABLE' AND ENGINE IN ('InnoDB', 'MyISAM', 'CSV', 'ARCHIVE') AND"
                    + " TABLE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema') ORDER BY 1, 2";

    @Test
    void everyKindOfTableComesOverEqual(RandomGenerator random) throws Exception {
        try (var source = TestServer.start("--event-scheduler=OFF", "--partial-revokes=ON");
                var target = TestServer.start();
                Session from = Session.open(source.as("root", ""));
                Session to = Session.open(target.as("root", ""))) {
            try (var runner = JdbcRunner.open(source.port())) {
                EveryKind.install(runner, random);
            }
            from.execute("CREATE TABLE types.`all generated` (a INT AS (7))");
            from.execute("INSERT INTO types.`all generated` VALUES (DEFAULT), (DEFAULT)");
            for (Rows.Row row :
                    from.query(
                            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE"
                                    + " SCHEMA_NAME NOT IN ('mysql', 'sys', 'performance_schema',"
                                    + " 'information_schema')")) {
                to.execute("CREATE DATABASE " + TableName.quote(row.string(0)));
            }
            to.execute("CREATE TABLESPACE plain_space ADD DATAFILE 'p.ibd'");
            to.execute(
                    "CREATE TABLESPACE `general space` ADD DATAFILE 'g.ibd' FILE_BLOCK_SIZE = 8192");
            for (Rows.Row row :
                    from.query(
                            "SELECT CONCAT('CREATE SPATIAL REFERENCE SYSTEM ', SRS_ID, ' NAME ',"
                                    + " QUOTE(SRS_NAME), ' DEFINITION ', QUOTE(DEFINITION)) FROM"
                                    + " information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE SRS_ID IN"
                                    + " (1000001, 4120000000)")) {
                to.execute(row.string(0));
            }
            List<TableName> tables = new ArrayList<>();
            for (Rows.Row row : from.query(TABLES)) {
                tables.add(new TableName(row.string(0), row.string(1)));
            }
            assertThat(tables).hasSizeGreaterThan(40);
            for (TableName table : tables) {
                var description = new TableAsBackedUp().describe(source.as("root", ""), table);
                var loaded = load(source, target).copy(table, table, tableOnly(description));
                assertThat(loaded.findings()).isEmpty();
                assertThat(definition(to, table)).isEqualTo(definition(from, table));
            }
            assertThat(rows(target)).isEqualTo(rows(source));
        }
    }

    /// Triggers of the fixture call functions that only a whole server has.
    private static TableDescription tableOnly(TableDescription description) {
        return new TableDescription(description.table(), List.of());
    }

    @Test
    void whatDoesNotComeOverEqualIsDropped() throws InterruptedException {
        try (var server = TestServer.start();
                Session root = Session.open(server.as("root", ""))) {
            for (String sql :
                    List.of(
                            "CREATE DATABASE a",
                            "CREATE DATABASE b",
                            "CREATE TABLE a.t (id INT PRIMARY KEY, note VARCHAR(40))",
                            "INSERT INTO a.t VALUES (1, 'short'), (2, 'longer than ten')")) {
                root.execute(sql);
            }
            var from = new TableName("a", "t");
            var into = new TableName("b", "t");
            TableDescription whole = new TableAsBackedUp().describe(server.as("root", ""), from);

            TableDescription cut =
                    new TableDescription(
                            created(whole.table(), "varchar(40)", "varchar(10)"), List.of());
            assertThatThrownBy(() -> load(server, server).copy(from, into, cut))
                    .isInstanceOf(DifferentException.class);
            assertThat(root.query("SHOW TABLES FROM b").list()).isEmpty();

            // Its last step, when the table has its own name already.
            TableDescription broken =
                    new TableDescription(
                            whole.table(), List.of(trigger("CREATE TRIGGER nonsense")));
            assertThatThrownBy(() -> load(server, server).copy(from, into, broken))
                    .isInstanceOf(SqlErrorException.class);
            assertThat(root.query("SHOW TABLES FROM b").list()).isEmpty();

            interrupted(server, from, into, whole);
            assertThat(root.query("SHOW TABLES FROM b").list()).isEmpty();

            assertThat(load(server, server).copy(from, into, whole).rowCount()).isEqualTo(2);
        }
    }

    /// As Ctrl-C does it: the command runs on a virtual thread, and is interrupted there.
    private static void interrupted(
            TestServer server, TableName from, TableName into, TableDescription description)
            throws InterruptedException {
        var progress =
                new Progress() {
                    @Override
                    public void say(String line) {
                        Thread.currentThread().interrupt();
                    }

                    @Override
                    public Work begin(String title, Unit unit, long totalCount) {
                        return _ -> {};
                    }
                };
        var failure = new AtomicReference<@Nullable Throwable>();
        var load = new TableLoad(server.as("root", ""), server.as("root", ""), progress);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        var _ = load.copy(from, into, description);
                    } catch (HoldfastException thrown) {
                        failure.set(thrown);
                    }
                })
                .join();
        assertThat(failure.get()).isInstanceOf(HoldfastException.class);
    }

    private static SchemaLine created(SchemaLine line, String before, String after) {
        String statement = line.statements().getFirst().readable();
        return new SchemaLine(
                line.kind(),
                line.schema(),
                line.name(),
                null,
                line.session(),
                List.of(SqlText.of(statement.replace(before, after))),
                line.check(),
                line.table(),
                line.facts(),
                line.notes());
    }

    private static SchemaLine trigger(String statement) {
        return SchemaLine.ofServer(ObjectKind.TRIGGER, "t", List.of(SqlText.of(statement)));
    }

    private static TableLoad load(TestServer source, TestServer target) {
        return new TableLoad(source.as("root", ""), target.as("root", ""), Progress.NONE);
    }

    private static String definition(Session root, TableName table) {
        root.execute("SET SESSION show_gipk_in_create_table_and_information_schema = ON");
        return root.query("SHOW CREATE TABLE " + table.quoted()).only().string(1);
    }

    private static Map<String, List<String>> rows(TestServer server) throws Exception {
        try (var witness = new Witness(server.jdbcUrl())) {
            return witness.rows();
        }
    }
}
