package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.logical.schema.TableSize;
import io.holdfast.core.DifferentException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.repository.logical.TableContent;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableJobTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef";

    private final TableJob job =
            new TableJob(
                    new TableName("d", "t"),
                    new TableContent(
                            0, "InnoDB", TableContent.Rows.KEPT, List.of(), List.of("a"), null),
                    new TableSize(10, 1000),
                    SqlText.of("CREATE TABLE `t` (`a` CHAR(8) PRIMARY KEY)"));

    @Test
    void rowsThatAreMissingInAllPiecesAreToldOf() {
        job.expectRows(11);
        job.addChunk(6, 60, HASH);
        job.addChunk(4, 40, HASH);
        assertThatThrownBy(job::end)
                .isInstanceOf(DifferentException.class)
                .hasMessageContaining("ROWS_NOT_READ_ONCE")
                .hasMessageContaining("10 rows")
                .hasMessageContaining("11");
        job.addChunk(1, 10, HASH);
        assertThat(job.end().rows()).isEqualTo(11);
    }

    @Test
    void withoutAnExpectationAnyNumberIsRight() {
        job.addChunk(6, 60, HASH);
        assertThat(job.expectsRows()).isFalse();
        assertThat(job.end().rows()).isEqualTo(6);
    }
}
