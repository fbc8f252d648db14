package io.holdfast.recovery.moment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.holdfast.core.UsageException;

/// What people write behind `--to` names a moment or is refused; what was understood is printed so
/// that it is understood again.
final class MomentFuzz {
    @FuzzTest
    void aMomentIsReadOrRefused(@NotNull String text) {
        Moment moment;
        try {
            moment = Moment.parse(text);
        } catch (UsageException _) {
            return; // the declared answer
        }
        Moment again = Moment.parse(moment.toString());
        if (!again.equals(moment)) {
            throw new AssertionError(moment + " is read again as " + again);
        }
    }
}
