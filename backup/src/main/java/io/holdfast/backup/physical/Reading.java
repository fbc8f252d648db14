package io.holdfast.backup.physical;

import io.holdfast.core.CoreError;
import io.holdfast.core.InterruptedWorkException;
import io.holdfast.core.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Reads of the server's files, with failures as problems.
final class Reading {
    private Reading() {}

    /// Reads until `byteCount` bytes at the beginning of `target` are filled, or the file ends.
    ///
    /// @return how many were read
    static int at(Path path, FileChannel channel, byte[] target, long offset, int byteCount) {
        return at(path, channel, ByteBuffer.wrap(target, 0, byteCount), offset);
    }

    /// As above, into the rest of a buffer.
    ///
    /// @throws InterruptedWorkException if this thread is interrupted; the channel is closed then
    static int at(Path path, FileChannel channel, ByteBuffer target, long offset) {
        int begin = target.position();
        try {
            while (target.hasRemaining()) {
                if (channel.read(target, offset + target.position() - begin) < 0) {
                    break;
                }
            }
        } catch (ClosedByInterruptException _) {
            throw new InterruptedWorkException(
                    Problem.of(CoreError.INTERRUPTED)
                            .what("stopped while reading")
                            .where("%s", path)
                            .remedy(""));
        } catch (IOException failure) {
            throw Unreadable.file(path, failure);
        }
        return target.position() - begin;
    }

    /// Closes a channel that was only read.
    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing was written, so nothing is lost.
        }
    }
}
