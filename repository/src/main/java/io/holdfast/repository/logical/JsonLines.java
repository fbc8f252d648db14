package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.core.CoreError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Limits;
import io.holdfast.core.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes and reads streams of JSON lines, the last of which says how many there were:
/// `{"kind":"end","count":N}`.
public final class JsonLines {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private JsonLines() {}

    /// Writes lines to a stream that it does not close. Thread-safe: each line is written whole.
    public static final class Writer {
        private final OutputStream out;
        private long count;

        public Writer(OutputStream out) {
            this.out = out;
        }

        /// Writes one record.
        public synchronized void write(Object line) {
            put(MAPPER.writeValueAsBytes(line));
            count++;
        }

        /// Writes the last line.
        public synchronized void end() {
            var end = MAPPER.createObjectNode();
            end.put("kind", "end");
            end.put("count", count);
            put(MAPPER.writeValueAsBytes(end));
        }

        /// Lines so far, without the last one.
        public synchronized long count() {
            return count;
        }

        private void put(byte[] bytes) {
            if (bytes.length > Limits.TEXT_BYTES_MAX) {
                throw new CorruptDataException(
                        Problem.of(CoreError.BYTES_IMPOSSIBLE)
                                .what(
                                        "a line has %d bytes, at most %d can be read back",
                                        bytes.length, Limits.TEXT_BYTES_MAX)
                                .where("line %d", count)
                                .remedy("Shorten the definition of that object."));
            }
            try {
                out.write(bytes);
                out.write('\n');
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /// Reads all lines of a stream, one at a time.
    ///
    /// @param where the stream's name, for messages
    /// @throws CorruptDataException if a line cannot be read, is longer than
    ///   [Limits#TEXT_BYTES_MAX], or the stream ends before its last line
    public static <T> void read(InputStream in, String where, Class<T> type, Consumer<T> each) {
        long count = 0;
        while (true) {
            byte[] line = line(in, where, count);
            try {
                JsonNode node = MAPPER.readTree(line);
                if (node.path("kind").asString("").equals("end")) {
                    if (node.path("count").asLong(-1) != count) {
                        throw corrupt(
                                "the last line counts " + node.path("count") + " lines",
                                where,
                                count);
                    }
                    return;
                }
                each.accept(MAPPER.treeToValue(node, type));
            } catch (JacksonException failure) {
                throw corrupt(failure.getOriginalMessage(), where, count);
            }
            count++;
        }
    }

    private static byte[] line(InputStream in, String where, long number) {
        var line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw corrupt("the stream ends without its last line", where, number);
                }
                if (line.size() == Limits.TEXT_BYTES_MAX) {
                    throw corrupt("the line is longer than a line may be", where, number);
                }
                line.write(next);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return line.toByteArray();
    }

    private static CorruptDataException corrupt(String what, String where, long number) {
        return new CorruptDataException(
                Problem.of(CoreError.BYTES_IMPOSSIBLE)
                        .what("%s", what)
                        .where("%s, line %d", where, number)
                        .remedy("Run `holdfast verify`; restore from another backup."));
    }
}
