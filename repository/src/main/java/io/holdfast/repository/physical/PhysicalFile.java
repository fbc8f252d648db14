package io.holdfast.repository.physical;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.holdfast.repository.format.StreamRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of the stream of files of a physical backup.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PhysicalFile.Tablespace.class, name = "tablespace"),
    @JsonSubTypes.Type(value = PhysicalFile.Other.class, name = "other"),
    @JsonSubTypes.Type(value = PhysicalFile.Folder.class, name = "folder")
})
public sealed interface PhysicalFile {
    /// Relative to the data directory, with `/` between names as the server's file system has them.
    String path();

    /// A file of InnoDB pages.
    ///
    /// @param outside where it lay if not in the data directory: an absolute path; null else
    /// @param space id of the tablespace
    /// @param flags as in page 0
    /// @param pageBytes of a page as it lies in the file (that of compressed tables is smaller)
    /// @param bytes of the file, a multiple of `pageBytes`
    /// @param segments one reference for each [PageSegment], in order
    /// @param identity by which the file system tells it from another file in its place; null if
    ///   unknown
    record Tablespace(
            String path,
            @Nullable String outside,
            long space,
            long flags,
            int pageBytes,
            long bytes,
            List<StreamRef> segments,
            @Nullable String identity)
            implements PhysicalFile {
        public Tablespace {
            segments = List.copyOf(segments);
        }

        /// A file of unknown identity.
        public Tablespace(
                String path,
                @Nullable String outside,
                long space,
                long flags,
                int pageBytes,
                long bytes,
                List<StreamRef> segments) {
            this(path, outside, space, flags, pageBytes, bytes, segments, null);
        }
    }

    /// A file of another engine, or of the server itself, whole.
    record Other(String path, StreamRef content) implements PhysicalFile {}

    /// A folder, so that an empty schema is not lost.
    record Folder(String path) implements PhysicalFile {}
}
