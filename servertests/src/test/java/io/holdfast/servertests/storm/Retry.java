package io.holdfast.servertests.storm;

import io.holdfast.core.SqlErrorException;
import java.util.Set;

/// What an application must be ready for when rows and schema are changed at once: it lost a
/// deadlock or a wait for a lock, or the table had just changed. It does the same again.
final class Retry {
    private static final Set<Integer> USUAL = Set.of(1205, 1213, 1412);

    private Retry() {}

    /// Throws the failure unless it is of that kind.
    static void demand(SqlErrorException failure) {
        if (!USUAL.contains(failure.number())) {
            throw failure;
        }
    }
}
