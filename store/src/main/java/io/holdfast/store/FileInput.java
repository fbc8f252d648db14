package io.holdfast.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Reads a file of a [DirectoryStore] within a range.
final class FileInput extends ObjectInput {
    private final FileChannel channel;
    private final long begin;
    private final long end;
    private long at;

    /// @param end offset behind the last byte, or `Long.MAX_VALUE` for the file's own end
    FileInput(ObjectKey key, FileChannel channel, long begin, long end) {
        super(key);
        this.channel = channel;
        this.begin = begin;
        this.at = begin;
        this.end = end;
    }

    @Override
    public int read(byte[] bytes, int offset, int byteCountMax) {
        if (byteCountMax == 0) {
            return 0;
        }
        int count = (int) Math.min(byteCountMax, end - at);
        if (count == 0) {
            return -1;
        }
        int read;
        try {
            read = channel.read(ByteBuffer.wrap(bytes, offset, count), at);
        } catch (IOException failure) {
            throw DirectoryStore.unavailable(failure, key().text());
        }
        if (read < 0) {
            if (end != Long.MAX_VALUE) {
                throw truncated(key(), end - begin, at - begin);
            }
            return -1;
        }
        at += read;
        return read;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw DirectoryStore.unavailable(failure, key().text());
        }
    }
}
