package io.holdfast.servertests.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.demo.Truth;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.servertests.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Goal: the demo cannot say "all equal" of what is not. Method: a small university, and the
/// smallest changes that a recovery could make to it.
class TruthTest {
    private static final List<String> SCHEMA =
            List.of(
                    "CREATE DATABASE university",
                    "CREATE TABLE university.students (id INT PRIMARY KEY, name VARCHAR(20))",
                    "CREATE TABLE university.courses (id INT PRIMARY KEY, title VARCHAR(20))",
                    "CREATE TABLE university.enrollments (student INT, course INT, since DATETIME(6),"
                            + " PRIMARY KEY (student, course))",
                    "CREATE TABLE university.grades (id INT PRIMARY KEY, points DOUBLE, note VARCHAR(20))",
                    "INSERT INTO university.students VALUES (1, 'Ada'), (2, 'Emil'), (3, 'Hana')",
                    "INSERT INTO university.courses VALUES (1, 'Logic'), (2, '')",
                    "INSERT INTO university.enrollments VALUES (1, 1, '2026-01-01'), (1, 2, '2026-01-01')",
                    "INSERT INTO university.grades VALUES (1, 0.1, NULL), (2, 0.3, '')");

    @Test
    void theSmallestChangeOfARowIsSeen() {
        try (var server = TestServer.start();
                Session session =
                        Session.open(
                                ConnectOptions.of(
                                        new ServerAddress.UnixSocket(server.socket()),
                                        "root",
                                        Secret.EMPTY))) {
            SCHEMA.forEach(session::execute);
            Truth truth = read(session);
            assertThat(truth.differences(read(session))).isEmpty();
            demand(
                    session,
                    truth,
                    "students",
                    "UPDATE university.students SET name = 'ada' WHERE id = 1");
            demand(session, truth, "students", "DELETE FROM university.students WHERE id = 3");
            demand(session, truth, "students", "INSERT INTO university.students VALUES (4, 'Gül')");
            demand(
                    session,
                    truth,
                    "courses",
                    "UPDATE university.courses SET title = NULL WHERE id = 2");
            demand(
                    session,
                    truth,
                    "courses",
                    "UPDATE university.courses SET title = ' ' WHERE id = 2");
            demand(
                    session,
                    truth,
                    "enrollments",
                    "UPDATE university.enrollments SET since = since + INTERVAL 1 MICROSECOND WHERE course = 2");
            demand(session, truth, "grades", "UPDATE university.grades SET note = '' WHERE id = 1");
            // One bit in the last place.
            demand(
                    session,
                    truth,
                    "grades",
                    "UPDATE university.grades SET points = 0.1e0 + 0.2e0 WHERE id = 2");
            demand(session, truth, "grades", "UPDATE university.grades SET id = 3 WHERE id = 2");
            demand(session, truth, "grades", "DELETE FROM university.grades");
        }
    }

    private static Truth read(Session session) {
        return new Truth(Truth.rows(session), Map.of());
    }

    private static void demand(Session session, Truth truth, String table, String change) {
        session.execute("BEGIN");
        session.execute(change);
        assertThat(truth.differences(read(session)))
                .as(change)
                .singleElement()
                .asString()
                .startsWith(table + ": ");
        session.execute("ROLLBACK");
        assertThat(truth.differences(read(session))).isEmpty();
    }
}
