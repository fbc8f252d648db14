/// The binary log as pure codecs: events, checksums, compressed payloads, transactions; reading as
/// well as writing. Opens nothing.
@NullMarked
package io.holdfast.binlog;

import org.jspecify.annotations.NullMarked;
