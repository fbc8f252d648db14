/// The repository's archive as a recovery reads it: moments in its indexes, proofs in its
/// descriptions, bytes in its parts.
@NullMarked
package io.holdfast.recovery.archive;

import org.jspecify.annotations.NullMarked;
