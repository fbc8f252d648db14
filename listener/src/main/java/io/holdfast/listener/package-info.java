/// Accepting MySQL connections: the server's side of the protocol, enough to be the source of a
/// real replica.
@NullMarked
package io.holdfast.listener;

import org.jspecify.annotations.NullMarked;
