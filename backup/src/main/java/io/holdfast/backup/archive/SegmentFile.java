package io.holdfast.backup.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A segment being written. What tests replace to fail the n-th write or fsync. Confined to one
/// thread at a time.
interface SegmentFile extends Closeable {

    /// Adds bytes at the end; all of them or an exception, after which any part may be there.
    void append(ByteBuffer... pieces) throws IOException;

    /// Returns when everything appended so far survives a loss of power.
    void force() throws IOException;

    /// Makes a new segment file, of which nothing exists yet.
    @FunctionalInterface
    interface Maker {
        SegmentFile create(Path path) throws IOException;
    }

    /// Creates the file on disk and makes its name durable.
    static SegmentFile onDisk(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new SegmentFile() {
            @Override
            public void append(ByteBuffer... pieces) throws IOException {
                while (pieces[pieces.length - 1].hasRemaining()) {
                    channel.write(pieces);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /// Makes the names in a folder durable: a file whose name is lost was never written.
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
