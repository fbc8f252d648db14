/// The MySQL client/server protocol as pure codecs, both sides: packets, handshake, authentication,
/// commands, result sets, replication streams. Opens nothing.
@NullMarked
package io.holdfast.wire;

import org.jspecify.annotations.NullMarked;
