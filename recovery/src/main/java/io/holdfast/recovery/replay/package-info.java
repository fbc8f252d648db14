/// Replay is replication from the repository: archived transactions, step by step, served to the
/// restored server's own applier.
@NullMarked
package io.holdfast.recovery.replay;

import org.jspecify.annotations.NullMarked;
