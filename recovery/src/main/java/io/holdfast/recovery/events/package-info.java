/// Scheduled events behind a replay: what their status was on the archived server, and how it is
/// set right.
@NullMarked
package io.holdfast.recovery.events;

import org.jspecify.annotations.NullMarked;
