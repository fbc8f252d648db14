import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Writes to standard output the pages of a server's files that it changed at an LSN or later: what
/// an incremental backup must store at least. Pages of 16 KiB only. Arguments: data directory, LSN.
final class NewerPages {
    private static final int PAGE_BYTES = 16 << 10;
    private static final int PIECE_BYTES = 64 * PAGE_BYTES;
    private static final int LSN = 16;

    public static void main(String[] arguments) throws IOException {
        long since = Long.parseLong(arguments[1]);
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
            files = all.filter(Files::isRegularFile).filter(NewerPages::isOfPages).toList();
        }
        try (OutputStream out = new BufferedOutputStream(System.out, PIECE_BYTES)) {
            for (Path file : files) {
                write(file, since, out);
            }
        }
    }

    private static boolean isOfPages(Path file) {
        String path = file.toString();
        String name = file.getFileName().toString();
        return !path.contains("#innodb_temp")
                && (name.endsWith(".ibd")
                        || name.startsWith("ibdata")
                        || name.startsWith("undo_"));
    }

    private static void write(Path file, long since, OutputStream out) throws IOException {
        byte[] bytes = new byte[PIECE_BYTES];
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer piece = ByteBuffer.wrap(bytes);
            while (channel.read(piece.clear()) >= PAGE_BYTES) {
                for (int at = 0; at + PAGE_BYTES <= piece.position(); at += PAGE_BYTES) {
                    if (piece.getLong(at + LSN) >= since) {
                        out.write(bytes, at, PAGE_BYTES);
                    }
                }
            }
        }
    }
}
