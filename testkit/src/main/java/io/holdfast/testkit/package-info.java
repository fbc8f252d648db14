/// What tests of every layer share: seeded randomness with a replay line. Sees no other module, so
/// that every module's tests may use it.
@NullMarked
package io.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
