/// The server's clone protocol as pure codecs: what a recipient says to a donor, and what comes
/// back. It is internal to MySQL, and versioned; its layers differ in their integers, which are
/// little-endian in commands and responses, big-endian in the storage engine's descriptors.
@NullMarked
package io.holdfast.wire.clone;

import org.jspecify.annotations.NullMarked;
