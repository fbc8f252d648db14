package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupWriterTest {
    @TempDir Path folder;

    /// Goal: an event whose bytes went to the disk before it was said to be whole counts as durable
    /// all the same. Were it not, the last event of a file would stay in the journal for ever.
    /// Method: drain between the two.
    @Test
    void anEventEndedAfterItsBytesWereWrittenIsDurable() throws IOException {
        Path path = folder.resolve("segment");
        long end;
        try (var writer =
                new GroupWriter(
                        SegmentFile.onDisk(path), path, 100, 4096, new CommitLag(() -> 0))) {
            writer.put(new byte[44], 0, 44);
            writer.drain();
            assertThat(writer.durableEventEnd()).isEqualTo(100);
            writer.endEvent(0);
            end = writer.durableEventEnd();
        }
        assertThat(end).isEqualTo(144);
    }
}
