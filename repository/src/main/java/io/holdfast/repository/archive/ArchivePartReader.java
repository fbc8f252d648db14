package io.holdfast.repository.archive;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.repository.format.ContainerInput;
import io.holdfast.repository.format.ContainerReader;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.RepositoryError;

/// Reads one part: its description, and its bytes from any offset. Immutable and thread-safe; holds
/// no connection.
public final class ArchivePartReader {
    private final PartName name;
    private final ContainerReader container;
    private final PartDescription description;

    private ArchivePartReader(
            PartName name, ContainerReader container, PartDescription description) {
        this.name = name;
        this.container = container;
        this.description = description;
    }

    /// @throws CorruptDataException if the part is missing, damaged, or says another range of
    ///   itself than its name
    static ArchivePartReader open(Envelopes envelopes, PartName name) {
        ContainerReader container = envelopes.open(name.key(), ObjectKind.ARCHIVE_PART);
        PartDescription description = envelopes.readDescription(container, PartDescription.class);
        PartRange range = description.range();
        if (!description.history().equals(name.history())
                || range.beginPosition().fileNumber() != name.fileNumber()
                || range.begin() != name.begin()
                || range.end() != name.end()) {
            throw new CorruptDataException(
                    Problem.of(RepositoryError.OBJECT_MISPLACED)
                            .what(
                                    "part says it holds %s of history %s",
                                    range, description.history())
                            .where("object %s", name.key())
                            .remedy(
                                    "Run 'holdfast verify'; another archiver's part may hold the same bytes."));
        }
        return new ArchivePartReader(name, container, description);
    }

    public PartName name() {
        return name;
    }

    public PartDescription description() {
        return description;
    }

    /// Opens the part's bytes from an offset of the binary-log file on. Reads and decompresses from
    /// the block that holds the offset.
    ///
    /// @param offset in `[begin, end]` of the part
    public ContainerInput openAt(long offset) {
        if (offset < name.begin() || offset > name.end()) {
            throw new IllegalArgumentException("offset " + offset + " is not in " + name);
        }
        long within = offset - name.begin();
        int block = (int) (within / container.blockBytesMax());
        ContainerInput in = container.content(Math.min(block, container.blockCount() - 1));
        long left = within - (long) block * container.blockBytesMax();
        if (block < container.blockCount() - 1 && in.skip(left) != left) {
            in.close();
            throw new CorruptDataException(
                    Problem.of(RepositoryError.OBJECT_DAMAGED)
                            .what("part has fewer bytes than its name says")
                            .where("object %s", name.key())
                            .remedy("Run 'holdfast verify' to see what else is damaged."));
        }
        return in;
    }
}
