/// Proves that a repository holds what was written to it, with no MySQL at hand.
@NullMarked
package io.holdfast.repository.verify;

import org.jspecify.annotations.NullMarked;
