/// Bringing a server back out of a repository: restore, load, replay to a moment, proof.
@NullMarked
package io.holdfast.recovery;

import org.jspecify.annotations.NullMarked;
