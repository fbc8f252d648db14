package io.holdfast.cli.demo;

import io.holdfast.client.Session;
import io.holdfast.core.ByteSink;
import io.holdfast.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/// The demo's database: students, courses, who is enrolled in what, and grades; with a view, a
/// trigger, a routine and an event. Some 300,000 rows, the same ones at every run.
final class University {
    static final List<String> TABLES = List.of("students", "courses", "enrollments", "grades");

    static final int STUDENTS = 60_000;
    static final int COURSES = 400;
    static final int COURSES_PER_STUDENT = 2;
    static final int GRADES = 120_000;

    static final long ROWS = STUDENTS + COURSES + (long) STUDENTS * COURSES_PER_STUDENT + GRADES;

    private static final List<String> FIRST =
            List.of(
                    "Ada", "Björn", "Chiara", "Đorđe", "Emil", "Fatima", "Gül", "Hana", "Ivo",
                    "Zoë");
    private static final List<String> LAST =
            List.of(
                    "Åkesson", "Brown", "Çelik", "Dvořák", "García", "Ivanova", "Nguyễn", "Öz",
                    "山田");

    private static final List<String> SCHEMA =
            List.of(
                    "CREATE DATABASE university CHARACTER SET utf8mb4",
                    """
                    CREATE TABLE university.students (
                      id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL,
                      born DATE NOT NULL, grade_count INT UNSIGNED NOT NULL DEFAULT 0, profile JSON,
                      initial CHAR(1) GENERATED ALWAYS AS (LEFT(name, 1)) STORED, KEY (name))\
                    """,
                    """
                    CREATE TABLE university.courses (
                      id SMALLINT UNSIGNED PRIMARY KEY, title VARCHAR(100) NOT NULL,
                      credits DECIMAL(3,1) NOT NULL CHECK (credits > 0), FULLTEXT KEY (title))\
                    """,
                    """
                    CREATE TABLE university.enrollments (
                      student INT UNSIGNED NOT NULL, course SMALLINT UNSIGNED NOT NULL,
                      since DATETIME(6) NOT NULL, PRIMARY KEY (student, course), KEY (course),
                      FOREIGN KEY (student) REFERENCES university.students (id),
                      FOREIGN KEY (course) REFERENCES university.courses (id))\
                    """,
                    """
                    CREATE TABLE university.grades (
                      id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, student INT UNSIGNED NOT NULL,
                      course SMALLINT UNSIGNED NOT NULL, points DOUBLE NOT NULL,
                      given TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), note VARCHAR(60),
                      KEY (student, course), FOREIGN KEY (student) REFERENCES university.students (id))
                    """);

    private static final List<String> PROGRAMS =
            List.of(
                    """
                    CREATE VIEW university.transcript AS
                      SELECT s.name, c.title, g.points, g.given FROM university.grades g
                      JOIN university.students s ON s.id = g.student
                      JOIN university.courses c ON c.id = g.course\
                    """,
                    """
                    CREATE TRIGGER university.count_grade AFTER INSERT ON university.grades FOR EACH ROW
                      UPDATE university.students SET grade_count = grade_count + 1 WHERE id = NEW.student\
                    """,
                    """
                    CREATE FUNCTION university.average(of_student INT UNSIGNED) RETURNS DOUBLE READS SQL DATA
                      RETURN (SELECT AVG(points) FROM university.grades WHERE student = of_student)\
                    """,
                    """
                    CREATE EVENT university.yearly_report ON SCHEDULE EVERY 1 YEAR STARTS '2037-09-01 06:00:00'
                      DO UPDATE university.students SET profile = JSON_SET(profile, '$.reported', NOW())\
                    """);

    /// What describes each object, for comparison: statement and index of the column.
    static final List<String> SHOW =
            List.of(
                    "SHOW CREATE DATABASE university",
                    "SHOW CREATE TABLE university.students",
                    "SHOW CREATE TABLE university.courses",
                    "SHOW CREATE TABLE university.enrollments",
                    "SHOW CREATE TABLE university.grades",
                    "SHOW CREATE TABLE university.transcript",
                    "SHOW CREATE TRIGGER university.count_grade",
                    "SHOW CREATE FUNCTION university.average",
                    "SHOW CREATE EVENT university.yearly_report");

    private University() {}

    /// Makes the database with all its rows.
    static void create(Session session) {
        SCHEMA.forEach(session::execute);
        var random = new SplittableRandom(2026);
        load(session, "students (id, name, born, profile)", STUDENTS, n -> student(n + 1, random));
        load(session, "courses", COURSES, n -> course(n + 1, random));
        load(
                session,
                "enrollments",
                STUDENTS * COURSES_PER_STUDENT,
                n -> {
                    int student = n / COURSES_PER_STUDENT + 1;
                    return Text.format(
                            "%d\t%d\t2025-10-%02d 08:%02d:%02d.%06d",
                            student,
                            courseOf(student, n % COURSES_PER_STUDENT),
                            1 + random.nextInt(28),
                            random.nextInt(60),
                            random.nextInt(60),
                            random.nextInt(1_000_000));
                });
        load(
                session,
                "grades (id, student, course, points, given, note)",
                GRADES,
                n -> grade(n, random));
        PROGRAMS.forEach(session::execute);
    }

    /// The courses that the demo's students begin with.
    ///
    /// @param student from 1
    /// @param index from 0, below [#COURSES_PER_STUDENT]
    static int courseOf(int student, int index) {
        return (student * 7 + index * 131) % COURSES + 1;
    }

    private static String student(int id, SplittableRandom random) {
        return Text.format(
                "%d\t%s %s\t%d-%02d-%02d\t{\"room\": %d, \"tags\": [\"%s\"]}",
                id,
                FIRST.get(random.nextInt(FIRST.size())),
                LAST.get(random.nextInt(LAST.size())),
                1995 + random.nextInt(12),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(900),
                FIRST.get(random.nextInt(FIRST.size())));
    }

    private static String course(int id, SplittableRandom random) {
        return Text.format(
                "%d\tCourse %d of %s\t%d.5",
                id, id, LAST.get(id % LAST.size()), 1 + random.nextInt(9));
    }

    private static String grade(int n, SplittableRandom random) {
        int student = 1 + random.nextInt(STUDENTS);
        return Text.format(
                "%d\t%d\t%d\t%s\t2026-0%d-%02d 12:00:00.%06d\t%s",
                n + 1,
                student,
                courseOf(student, random.nextInt(COURSES_PER_STUDENT)),
                Double.toString(random.nextInt(1000) / 7.0),
                1 + random.nextInt(6),
                1 + random.nextInt(28),
                random.nextInt(1_000_000),
                random.nextInt(3) == 0 ? "\\N" : "très bien n° " + n);
    }

    private static void load(
            Session session, String target, int rowCount, IntFunction<String> row) {
        int space = target.indexOf(' ');
        String table = space < 0 ? target : target.substring(0, space);
        String columns = space < 0 ? "" : target.substring(space);
        session.loadData(
                "LOAD DATA LOCAL INFILE 'demo' INTO TABLE university."
                        + table
                        + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n'"
                        + columns,
                out -> {
                    for (int n = 0; n < rowCount; n++) {
                        write(row.apply(n), out);
                    }
                });
    }

    private static void write(String row, ByteSink out) {
        byte[] line = (row + "\n").getBytes(StandardCharsets.UTF_8);
        out.accept(line, 0, line.length);
    }
}
