package io.holdfast.binlog;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/// Any text can be asked for its verb and names; what is no statement has none.
final class StatementFuzz {
    @FuzzTest
    void aStatementIsRead(@NotNull String statement) {
        var plain = StatementNames.parse(statement, StatementNames.Reading.PLAIN);
        var other = StatementNames.parse(statement, new StatementNames.Reading("d", true, true));
        var _ = plain.isMeantBy(other, true);
        var _ = other.toString();
    }
}
