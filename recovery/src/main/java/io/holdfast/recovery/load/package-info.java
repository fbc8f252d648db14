/// Loading a logical backup into an empty server, and proving that it arrived.
///
/// [LogicalLoad] is the whole: schema, rows in parallel, what may only come after rows, proof. The
/// format it reads is `docs/formats/logical.md`.
@NullMarked
package io.holdfast.recovery.load;

import org.jspecify.annotations.NullMarked;
