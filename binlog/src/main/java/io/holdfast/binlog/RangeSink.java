package io.holdfast.binlog;

import io.holdfast.core.ByteSink;

/// Lets only one range of the bytes that pass through on to another sink.
final class RangeSink implements ByteSink {
    private long skipLeft;
    private long passLeft;
    private final ByteSink onward;

    /// @param skip bytes in front of the range
    /// @param pass bytes of the range
    RangeSink(long skip, long pass, ByteSink onward) {
        this.skipLeft = skip;
        this.passLeft = pass;
        this.onward = onward;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        int skipped = (int) Math.min(skipLeft, byteCount);
        skipLeft -= skipped;
        int passed = (int) Math.min(passLeft, byteCount - skipped);
        passLeft -= passed;
        if (passed > 0) {
            onward.accept(bytes, offset + skipped, passed);
        }
    }
}
