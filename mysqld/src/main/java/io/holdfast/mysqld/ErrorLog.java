package io.holdfast.mysqld;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Reads what matters out of a mysqld's error log.
final class ErrorLog {
    private static final int TAIL_BYTES = 64 << 10;
    private static final int LINES_SHOWN = 4;

    private ErrorLog() {}

    /// The last error lines of a log file, or why there are none.
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

    /// The last lines marked as errors, without time stamps; else the last line of any kind.
    static String reason(String text) {
        List<String> errors = text.lines().filter(line -> line.contains("[ERROR]")).toList();
        if (errors.isEmpty()) {
            return text.lines()
                    .filter(line -> !line.isBlank())
                    .reduce("no output", (_, last) -> last);
        }
        return String.join(
                "; ",
                errors.subList(Math.max(0, errors.size() - LINES_SHOWN), errors.size()).stream()
                        .map(line -> line.substring(line.indexOf("[ERROR]") + 7).strip())
                        .toList());
    }
}
