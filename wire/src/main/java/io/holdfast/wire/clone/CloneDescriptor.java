package io.holdfast.wire.clone;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import java.nio.charset.StandardCharsets;

/// What InnoDB says of a clone on its way. Each descriptor begins with the same three fields:
///
/// | offset | bytes | field   | meaning                                            |
/// |-------:|------:|---------|----------------------------------------------------|
/// |      0 |     4 | version | 100                                                |
/// |      4 |     4 | bytes   | of the descriptor with this header                 |
/// |      8 |     4 | type    | 2 [Task], 3 [State], 4 [File], 5 [Block]           |
///
/// Integers are unsigned, big-endian. Source: MySQL 9.7 `storage/innobase/include/clone0desc.h`;
/// `storage/innobase/clone/clone0desc.cc`.
public sealed interface CloneDescriptor {
    /// The version of all descriptors known.
    int VERSION = 100;

    private static long size(ByteCursor in, String field) {
        long size = in.u64Be(field);
        if (size < 0) {
            throw in.impossible(field + " is " + Long.toUnsignedString(size));
        }
        return size;
    }

    /// Reads a descriptor, which is all that remains.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is none, or of an unknown version
    static CloneDescriptor read(ByteCursor in) {
        int present = in.remaining();
        long version = in.u32Be("version");
        long bytes = in.u32Be("bytes");
        long type = in.u32Be("type");
        if (version != VERSION) {
            throw in.impossible("clone descriptor has version " + version + ", known is 100");
        }
        if (bytes != present) {
            throw in.impossible("clone descriptor claims " + bytes + " bytes of " + present);
        }
        CloneDescriptor descriptor =
                switch ((int) type) {
                    case 2 -> Task.readBody(in);
                    case 3 -> State.readBody(in);
                    case 4 -> File.readBody(in);
                    case 5 -> Block.readBody(in);
                    default -> throw in.impossible("clone descriptor has type " + type);
                };
        if (in.hasRemaining()) {
            throw in.impossible("clone descriptor goes on for " + in.remaining() + " bytes");
        }
        return descriptor;
    }

    /// Which connection sends, and where it is.
    ///
    /// | offset | bytes | field |
    /// |-------:|------:|-------|
    /// |     12 |     4 | task  |
    /// |     16 |     4 | chunk |
    /// |     20 |     4 | block |
    record Task(long task, long chunk, long block) implements CloneDescriptor {
        static Task readBody(ByteCursor in) {
            return new Task(in.u32Be("task"), in.u32Be("chunk"), in.u32Be("block"));
        }
    }

    /// The beginning of a phase, its end, or a sign of life within it.
    ///
    /// | offset | bytes | field             | meaning                                     |
    /// |-------:|------:|-------------------|---------------------------------------------|
    /// |     12 |     4 | phase             | see [ClonePhase]                            |
    /// |     16 |     4 | task              | of the connection                           |
    /// |     20 |     4 | chunkCount        | of the phase                                |
    /// |     24 |     4 | fileCount         | of the phase                                |
    /// |     28 |     8 | estimateBytes     | to be sent; 0 but at a phase's beginning    |
    /// |     36 |     8 | estimateDiskBytes | on the recipient's disk                     |
    /// |     44 |     2 | flags             | 1 beginning of the phase, 2 acknowledgement |
    ///
    /// With neither flag it is the phase's end, which the recipient must acknowledge; with flag 2
    /// it comes from the recipient, or is a sign of life.
    record State(
            ClonePhase phase,
            long task,
            long chunkCount,
            long fileCount,
            long estimateBytes,
            long estimateDiskBytes,
            int flags)
            implements CloneDescriptor {
        private static final int BYTES = 46;
        private static final int START = 1;
        private static final int ACK = 2;

        static State readBody(ByteCursor in) {
            return new State(
                    ClonePhase.read(in),
                    in.u32Be("task"),
                    in.u32Be("chunkCount"),
                    in.u32Be("fileCount"),
                    size(in, "estimateBytes"),
                    size(in, "estimateDiskBytes"),
                    in.u16Be("flags"));
        }

        public void write(ByteBuilder out) {
            out.u32Be(VERSION).u32Be(BYTES).u32Be(3);
            out.u32Be(phase.number()).u32Be(task).u32Be(chunkCount).u32Be(fileCount);
            out.u64Be(estimateBytes).u64Be(estimateDiskBytes).u16Be(flags);
        }

        public boolean isBeginning() {
            return (flags & START) != 0;
        }

        public boolean isSignOfLife() {
            return (flags & ACK) != 0;
        }

        public boolean isEnd() {
            return !isBeginning() && !isSignOfLife();
        }

        /// The same as the recipient gives it back.
        State acknowledged() {
            return new State(
                    phase,
                    task,
                    chunkCount,
                    fileCount,
                    estimateBytes,
                    estimateDiskBytes,
                    flags | ACK);
        }
    }

    /// A file that blocks will come of.
    ///
    /// | offset | bytes | field      | meaning                                                    |
    /// |-------:|------:|------------|------------------------------------------------------------|
    /// |     12 |     4 | phase      | see [ClonePhase]                                           |
    /// |     16 |     8 | fileBytes  | of redo files: the size that they must have                |
    /// |     24 |     8 | diskBytes  | that a sparse file takes                                   |
    /// |     32 |     4 | spaceFlags | of the tablespace                                          |
    /// |     36 |     4 | -          | block size of the donor's file system                      |
    /// |     40 |     2 | flags      | 1 zlib, 2 lz4, 4 encrypted, 8 renamed, 16 deleted, 32 key  |
    /// |     42 |     4 | space      | id of the tablespace                                       |
    /// |     46 |     4 | index      | of the file, from 0, for each of files and redo files      |
    /// |     50 |     4 | firstChunk |                                                            |
    /// |     54 |     4 | lastChunk  |                                                            |
    /// |     58 |     4 | nameBytes  | with the final zero; 0 for redo files                      |
    /// |     62 |     … | name       | `./db/t.ibd`, or absolute                                  |
    /// |      … |    64 | key        | with flag 32: the tablespace's key, in clear; passed over  |
    record File(
            ClonePhase phase,
            long fileBytes,
            long diskBytes,
            int spaceFlags,
            int flags,
            long space,
            long index,
            long firstChunk,
            long lastChunk,
            String name)
            implements CloneDescriptor {
        private static final int ENCRYPTED = 4;
        private static final int RENAMED = 8;
        private static final int DELETED = 16;
        private static final int HAS_KEY = 32;
        private static final int KEY_BYTES = 64;

        /// `OS_FILE_MAX_PATH` of the server.
        private static final int NAME_BYTES_MAX = 4000;

        static File readBody(ByteCursor in) {
            ClonePhase phase = ClonePhase.read(in);
            long fileBytes = size(in, "fileBytes");
            long diskBytes = size(in, "diskBytes");
            int spaceFlags = (int) in.u32Be("spaceFlags");
            in.skip(4, "block size");
            int flags = in.u16Be("flags");
            long space = in.u32Be("space");
            long index = in.u32Be("index");
            long first = in.u32Be("firstChunk");
            long last = in.u32Be("lastChunk");
            String name = name(in);
            if ((flags & HAS_KEY) != 0) {
                in.skip(KEY_BYTES, "key");
            }
            return new File(
                    phase,
                    fileBytes,
                    diskBytes,
                    spaceFlags,
                    flags,
                    space,
                    index,
                    first,
                    last,
                    name);
        }

        private static String name(ByteCursor in) {
            long bytes = in.u32Be("nameBytes");
            if (bytes > NAME_BYTES_MAX) {
                throw in.impossible("a file's name has " + bytes + " bytes");
            }
            if (bytes == 0) {
                return "";
            }
            String name = in.string(bytes - 1, StandardCharsets.UTF_8, "name");
            if (in.u8("name's final zero") != 0 || name.indexOf('\0') >= 0) {
                throw in.impossible("a file's name does not end with its only zero byte");
            }
            return name;
        }

        public boolean isEncrypted() {
            return (flags & ENCRYPTED) != 0;
        }

        /// Whether DDL changed the file under the clone, which needs DDL to go on.
        public boolean isChangedByDdl() {
            return (flags & (RENAMED | DELETED)) != 0;
        }
    }

    /// A part of a file, whose bytes are in the next packet.
    ///
    /// | offset | bytes | field     | meaning                                          |
    /// |-------:|------:|-----------|--------------------------------------------------|
    /// |     12 |     4 | phase     | see [ClonePhase]                                 |
    /// |     16 |     4 | task      | of the connection                                |
    /// |     20 |     4 | chunk     |                                                  |
    /// |     24 |     4 | block     | of the chunk                                     |
    /// |     28 |     4 | file      | index of the file, or of the redo file           |
    /// |     32 |     4 | byteCount | of the next packet, without its first byte       |
    /// |     36 |     8 | offset    | of these bytes in the file                       |
    /// |     44 |     8 | fileBytes | what the file has grown to                       |
    record Block(
            ClonePhase phase,
            long task,
            long chunk,
            long block,
            long file,
            int byteCount,
            long offset,
            long fileBytes)
            implements CloneDescriptor {
        /// A donor sends 64 pages at once.
        public static final int BYTES_MAX = 64 * (64 << 10);

        static Block readBody(ByteCursor in) {
            ClonePhase phase = ClonePhase.read(in);
            long task = in.u32Be("task");
            long chunk = in.u32Be("chunk");
            long block = in.u32Be("block");
            long file = in.u32Be("file");
            long byteCount = in.u32Be("byteCount");
            long offset = size(in, "offset");
            long fileBytes = size(in, "fileBytes");
            if (byteCount > BYTES_MAX) {
                throw in.impossible("a clone's block has " + byteCount + " bytes");
            }
            return new Block(phase, task, chunk, block, file, (int) byteCount, offset, fileBytes);
        }
    }
}
