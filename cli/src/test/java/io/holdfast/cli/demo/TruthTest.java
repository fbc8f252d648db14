package io.holdfast.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.shell.CliError;
import io.holdfast.core.DifferentException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TruthTest {
    private static final int DIFFERENT_STATUS = 6;

    private static final Truth TRUTH =
            new Truth(
                    Map.of("grades", new byte[32], "students", new byte[16]),
                    Map.of("SHOW CREATE VIEW v", "a view"));

    @Test
    void whatIsEqualPasses() {
        var same =
                new Truth(
                        Map.of("grades", new byte[32], "students", new byte[16]),
                        Map.of("SHOW CREATE VIEW v", "a view"));
        assertThatCode(() -> TRUTH.mustEqual(same, "here")).doesNotThrowAnyException();
    }

    @Test
    void aRowThatDiffersEndsTheDemoWithItsOwnStatus() {
        byte[] rows = new byte[32];
        rows[31] = 1;
        demandDifferent(
                new Truth(Map.of("grades", rows, "students", new byte[16]), TRUTH.objects()),
                "grades: 2 rows expected, 2 found; the first that differs is number 2");
    }

    @Test
    void aTableThatIsGoneEndsTheDemo() {
        demandDifferent(
                new Truth(Map.of("students", new byte[16]), TRUTH.objects()),
                "grades: 2 rows expected, 0 found; the first that differs is number 1");
    }

    @Test
    void anObjectThatDiffersOrIsGoneEndsTheDemo() {
        String said = "SHOW CREATE VIEW v: the server describes it otherwise";
        demandDifferent(new Truth(TRUTH.rows(), Map.of("SHOW CREATE VIEW v", "another")), said);
        demandDifferent(new Truth(TRUTH.rows(), Map.of()), said);
    }

    private static void demandDifferent(Truth found, String what) {
        assertThatThrownBy(() -> TRUTH.mustEqual(found, "here"))
                .isInstanceOfSatisfying(
                        DifferentException.class,
                        different -> {
                            assertThat(different.exitStatus()).isEqualTo(DIFFERENT_STATUS);
                            assertThat(different.problem().code())
                                    .isEqualTo(CliError.DEMO_DIFFERENT);
                            assertThat(different.problem().what()).isEqualTo(what);
                        });
    }
}
