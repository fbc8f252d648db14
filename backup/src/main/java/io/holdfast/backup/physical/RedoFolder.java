package io.holdfast.backup.physical;

import io.holdfast.core.CorruptDataException;
import io.holdfast.innodb.RedoFile;
import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.RedoFileStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The redo log of a running server, in the folder `#innodb_redo`.
///
/// A file is recycled under a new name and with a new header once nobody needs its content; until
/// then its bytes stay, whatever its name. So a header is believed only if it is read from the same
/// open file as the content.
final class RedoFolder implements RedoFiles {
    private final Path folder;

    RedoFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public @Nullable Open find(long lsn) {
        for (Path path : logFiles()) {
            Open found = open(path, lsn);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// The newest checkpoint that can be read at the moment, 0 if none can; the server may have
    /// written a newer one meanwhile. Recovery can begin there.
    long checkpointLsn() {
        long newest = 0;
        for (Path path : logFiles()) {
            newest = Math.max(newest, checkpointOf(path));
        }
        return newest;
    }

    /// 0 if the file has none, or is gone or being written.
    private static long checkpointOf(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return start(path, channel).checkpointLsn().orElse(0);
        } catch (NoSuchFileException | CorruptDataException _) {
            return 0;
        } catch (IOException failure) {
            throw Unreadable.file(path, failure);
        }
    }

    private List<Path> logFiles() {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path ->
                            RedoFileName.parse(String.valueOf(path.getFileName()))
                                    .filter(name -> !name.isSpare())
                                    .isPresent())
                    .toList();
        } catch (IOException failure) {
            throw Unreadable.file(folder, failure);
        }
    }

    private static @Nullable Open open(Path path, long lsn) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException _) {
            return null; // recycled since the folder was listed
        } catch (IOException failure) {
            throw Unreadable.file(path, failure);
        }
        boolean isWanted = false;
        try {
            RedoFileStart start = start(path, channel);
            var range = new RedoFile(start.header().startLsn(), channel.size());
            isWanted = range.holds(lsn);
            if (isWanted && start.encryption() != null) {
                throw EncryptedFile.redo(path);
            }
            return isWanted ? new OpenFile(path, channel, range) : null;
        } catch (CorruptDataException _) {
            return null; // the server is writing the header: it will be there at the next look
        } catch (IOException failure) {
            throw Unreadable.file(path, failure);
        } finally {
            if (!isWanted) {
                Reading.close(channel);
            }
        }
    }

    /// @throws CorruptDataException also if the server is writing it at the moment
    private static RedoFileStart start(Path path, FileChannel channel) {
        byte[] start = new byte[RedoFileStart.BYTES];
        int read = Reading.at(path, channel, start, 0, start.length);
        return RedoFileStart.decode(start, read, path.toString());
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private record OpenFile(Path path, FileChannel channel, RedoFile range) implements Open {
        @Override
        public int read(byte[] target, long offset, int byteCount) {
            return Reading.at(path, channel, ByteBuffer.wrap(target, 0, byteCount), offset);
        }

        @Override
        public void close() {
            Reading.close(channel);
        }
    }
}
