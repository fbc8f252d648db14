package io.holdfast.binlog;

import org.jspecify.annotations.Nullable;

/// Events in log order, one at a time. A frame that the caller has not transferred is passed over
/// by the next call.
public interface EventReader extends AutoCloseable {
    /// The next event, or null after the last one. A reader that follows a running server never
    /// ends and waits instead.
    @Nullable EventFrame next();

    @Override
    void close();
}
