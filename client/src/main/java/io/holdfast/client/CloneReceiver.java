package io.holdfast.client;

import io.holdfast.wire.clone.CloneDescriptor;

/// Takes what a donor sends, in its order: for each phase its beginning, its files, their blocks in
/// any order, its end.
public interface CloneReceiver {
    /// A phase begins.
    void begin(CloneDescriptor.State phase);

    /// A file that blocks will come of. It may be named again.
    void file(CloneDescriptor.File file);

    /// Bytes of a file.
    ///
    /// @param bytes begins with them; the giver's again when the call returns
    void block(CloneDescriptor.Block block, byte[] bytes);

    /// All of a phase has come. The donor learns it when this returns, and waits until then.
    void end(CloneDescriptor.State phase);
}
