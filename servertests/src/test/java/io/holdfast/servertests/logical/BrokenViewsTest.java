package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.Progress;
import io.holdfast.core.RefusedException;
import io.holdfast.recovery.Restore;
import io.holdfast.recovery.load.LoadReport;
import io.holdfast.servertests.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Views that read what is not there any more.
class BrokenViewsTest {
    private static final List<String> BROKEN =
            List.of("kept.joined", "kept.above", "kept.`counting`", "kept.elsewhere");

    @Test
    void brokenViewsComeBackAsTheBrokenViewsThatTheyWere() {
        try (var source = TestServer.start();
                var target = TestServer.start()) {
            try (Session session = BackedUp.root(source)) {
                for (String sql :
                        List.of(
                                "CREATE DATABASE kept",
                                "CREATE DATABASE gone",
                                "CREATE TABLE kept.there (id INT PRIMARY KEY, less INT)",
                                "CREATE TABLE kept.base (id INT, `a.b` DATE, `c``'d` JSON)",
                                "CREATE TABLE gone.t (id BIGINT, n INT)",
                                "CREATE FUNCTION kept.f(a INT, b TEXT) RETURNS INT DETERMINISTIC"
                                        + " RETURN a",
                                "CREATE VIEW kept.joined AS SELECT x.`a.b`, y.`c``'d`, t.id FROM"
                                        + " kept.base x JOIN kept.base y ON x.id = y.id LEFT JOIN"
                                        + " kept.there t ON t.id = x.id WHERE x.`a.b` > '2020-01-01'",
                                "CREATE VIEW kept.above AS SELECT `a.b` FROM kept.joined",
                                "CREATE VIEW kept.`counting` AS SELECT kept.f(id, 'x') AS n, SUM(n)"
                                        + " FROM gone.t GROUP BY 1",
                                "CREATE VIEW kept.elsewhere AS SELECT * FROM gone.t",
                                "CREATE VIEW kept.lessening AS SELECT less FROM kept.there",
                                "ALTER TABLE kept.there DROP COLUMN less",
                                "DROP TABLE kept.base",
                                "DROP FUNCTION kept.f",
                                "DROP TABLE gone.t")) {
                    session.execute(sql);
                }
            }
            BackedUp backup = BackedUp.of(source.as("root", ""), LogicalBackupOptions.defaults());
            LoadReport load =
                    new Restore(backup.repository(), Progress.NONE)
                            .intoServer(backup.report().backup(), target.as("root", ""), 2);
            // A table that is there is never given a column that it has not.
            assertThat(load.findings(LoadReport.Kind.NOT_CREATED))
                    .extracting(LoadReport.Finding::object)
                    .containsExactly("view kept.lessening");
            try (Session there = BackedUp.root(source);
                    Session here = BackedUp.root(target)) {
                for (String view : BROKEN) {
                    assertThat(shown(here, view)).isEqualTo(shown(there, view));
                }
                String leftOver =
                        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA IN"
                                + " ('kept', 'gone')";
                assertThat(count(here, leftOver)).isEqualTo(count(there, leftOver) - 1);
                assertThat(
                                count(
                                        here,
                                        "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE"
                                                + " ROUTINE_SCHEMA = 'kept'"))
                        .isZero();
            }
        }
    }

    private static String shown(Session session, String view) {
        String text = session.query("SHOW CREATE VIEW " + view).only().string(1);
        assertThat(session.warningCount()).as("%s is broken", view).isPositive();
        return text;
    }

    private static long count(Session session, String query) {
        return session.query(query).only().integer(0);
    }

    /// The server does not show such a view to anybody.
    @Test
    void aViewOfADatabaseThatIsGoneIsNamed() {
        try (var source = TestServer.start()) {
            try (Session session = BackedUp.root(source)) {
                session.execute("CREATE DATABASE kept");
                session.execute("CREATE DATABASE gone");
                session.execute("CREATE TABLE gone.t (id INT)");
                session.execute("CREATE VIEW kept.elsewhere AS SELECT * FROM gone.t");
                session.execute("DROP DATABASE gone");
            }
            assertThatThrownBy(() ->
                            BackedUp.of(source.as("root", ""), LogicalBackupOptions.defaults()))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            failure ->
                                    assertThat(failure.problem().where())
                                            .isEqualTo("view kept.elsewhere"));
        }
    }
}
