/// Moments: what a user may name, and the cut in a history's log that it means. Pure.
@NullMarked
package io.holdfast.recovery.moment;

import org.jspecify.annotations.NullMarked;
