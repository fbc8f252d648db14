package io.holdfast.recovery.moment;

import io.holdfast.binlog.StatementNames;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.util.function.Predicate;

/// Matches logged statements by what they do to which objects. Servers rewrite the texts of
/// statements, so a text is never compared.
public record StatementMatch(boolean ignoresCase) implements MomentResolver.StatementMeaning {

    @Override
    public Predicate<LoggedTransaction> matcher(String asked) {
        StatementNames meant = StatementNames.parse(asked, StatementNames.Reading.PLAIN);
        if (meant.names().isEmpty()) {
            throw new UsageException(
                    Problem.of(RecoveryError.MOMENT_MALFORMED)
                            .what("'%s' names no object that is created, changed or dropped", asked)
                            .where("--to")
                            .remedy(
                                    "Write a whole statement, like before-statement:'DROP TABLE university.grades'."));
        }
        return transaction ->
                transaction.statements().stream()
                        .anyMatch(logged -> logged.isMeantBy(meant, ignoresCase));
    }
}
