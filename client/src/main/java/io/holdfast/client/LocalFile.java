package io.holdfast.client;

import io.holdfast.core.ByteSink;

/// The content that a `LOAD DATA LOCAL` statement reads, streamed as the caller makes it.
@FunctionalInterface
public interface LocalFile {
    /// Writes the whole content to the sink, in pieces of any size. If this throws, the session is
    /// closed and the server rolls the statement back.
    void writeTo(ByteSink out);
}
