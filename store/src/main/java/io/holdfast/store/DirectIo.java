package io.holdfast.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Reads and writes of files past the kernel's page cache (`O_DIRECT`), where the file system can.
///
/// What a backup writes is not read again soon, and what it would push out of memory is the
/// server's. It is faster, too: the kernel copies nothing and looks for no memory, and at the end
/// there is nothing left to write. The price is that offsets, lengths and memory must be whole
/// units of the file system; the buffers here are.
///
/// Thread-safe.
public final class DirectIo {
    /// Bytes of each buffer.
    public static final int BUFFER_BYTES = 1 << 20;

    /// Disks of 4 KiB sectors can be behind file systems of smaller blocks.
    private static final int UNIT_BYTES_MIN = 4096;

    /// Buffers lie outside the heap, where memory is short; who gets none goes by the page cache.
    private static final int BUFFERS_MAX = 16;

    private static final int ADDRESS_UNIT_BYTES = 64 << 10;

    private static final @Nullable OpenOption OPTION = option();
    private static final ConcurrentLinkedDeque<ByteBuffer> IDLE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    private DirectIo() {}

    /// The JDK's name for it is not part of Java SE, so it is looked up.
    private static @Nullable OpenOption option() {
        try {
            return (OpenOption)
                    Class.forName("com.sun.nio.file.ExtendedOpenOption")
                            .getField("DIRECT")
                            .get(null);
        } catch (ReflectiveOperationException _) {
            return null;
        }
    }

    /// Opens a file that is there.
    ///
    /// @return null if this file system cannot (tmpfs is one)
    public static @Nullable FileChannel open(Path file, StandardOpenOption how) {
        if (OPTION == null) {
            return null;
        }
        try {
            return FileChannel.open(file, how, OPTION);
        } catch (UnsupportedOperationException | IOException _) {
            return null; // opened the ordinary way, the same failure says what it is
        }
    }

    /// What offsets, lengths and addresses must be multiples of: a power of two, at least 4096.
    public static int unitBytes(Path file) throws IOException {
        return (int) Math.max(UNIT_BYTES_MIN, Files.getFileStore(file).getBlockSize());
    }

    /// Borrows a buffer of [#BUFFER_BYTES], empty, at an address that is a multiple of any unit up
    /// to 64 KiB.
    ///
    /// @return null if none is left; else it is to be given back
    public static @Nullable ByteBuffer borrow() {
        ByteBuffer idle = IDLE.pollFirst();
        if (idle != null) {
            return idle.clear();
        }
        if (MADE.incrementAndGet() > BUFFERS_MAX) {
            MADE.decrementAndGet();
            return null;
        }
        return aligned(BUFFER_BYTES);
    }

    /// Gives a borrowed buffer back.
    public static void giveBack(ByteBuffer buffer) {
        IDLE.addFirst(buffer);
    }

    /// A new buffer at an address as [#borrow()] says.
    public static ByteBuffer aligned(int bytes) {
        ByteBuffer room = ByteBuffer.allocateDirect(bytes + ADDRESS_UNIT_BYTES);
        int beyond = room.alignmentOffset(0, ADDRESS_UNIT_BYTES);
        int begin = beyond == 0 ? 0 : ADDRESS_UNIT_BYTES - beyond;
        return room.slice(begin, bytes);
    }
}
