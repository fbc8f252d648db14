/// A store that fails on purpose, for tests of everything that writes to stores.
@NullMarked
package io.holdfast.store.faulty;

import org.jspecify.annotations.NullMarked;
