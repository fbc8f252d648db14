package io.holdfast.mysqld;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// Reads what matters out of a mysqld's error log.
public final class ErrorLog {
    private static final int TAIL_BYTES = 64 << 10;
    private static final int FIRST_LINES_SHOWN = 3;

    private ErrorLog() {}

    /// Copies a log to where temporary files are: whoever fails removes the folder that it is in.
    ///
    /// @return the copy, which nobody removes; the log itself if it cannot be copied
    public static Path keep(Path file) {
        try {
            Path copy = Files.createTempFile("holdfast-mysqld-", ".log");
            return Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException _) {
            return file;
        }
    }

    /// The first and the last error lines of a log file, or why there are none.
    static String reasonIn(Path file, long fromOffset) {
        try (var channel = FileChannel.open(file)) {
            long offset = Math.max(fromOffset, channel.size() - TAIL_BYTES);
            var bytes = ByteBuffer.allocate(TAIL_BYTES);
            channel.read(bytes, offset);
            return reason(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
        } catch (IOException _) {
            return "it wrote no error log";
        }
    }

    /// The first lines marked as errors and the last, without time stamps; else the last line of
    /// any kind. The first tell the cause, the others what came of it.
    static String reason(String text) {
        List<String> errors = text.lines().filter(line -> line.contains("[ERROR]")).toList();
        if (errors.isEmpty()) {
            return text.lines()
                    .filter(line -> !line.isBlank())
                    .reduce("no output", (_, last) -> last);
        }
        Stream<String> first = errors.stream().limit(FIRST_LINES_SHOWN);
        Stream<String> last = errors.stream().skip(Math.max(FIRST_LINES_SHOWN, errors.size() - 1L));
        return String.join(
                "; ",
                Stream.concat(first, last)
                        .map(line -> line.substring(line.indexOf("[ERROR]") + 7).strip())
                        .toList());
    }
}
