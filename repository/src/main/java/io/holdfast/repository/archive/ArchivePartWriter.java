package io.holdfast.repository.archive;

import io.holdfast.core.ByteSink;
import io.holdfast.core.Text;
import io.holdfast.repository.format.ContainerOutput;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.ObjectKind;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Writes one part: the bytes of its range, in order, then commit. Throws no `IOException`.
/// Confined to one thread at a time; closing without commit leaves nothing.
public final class ArchivePartWriter extends OutputStream implements ByteSink {
    private final Envelopes envelopes;
    private final PartName name;
    private final PartRange range;
    private final ContainerOutput out;
    private final MessageDigest sha256;

    ArchivePartWriter(Envelopes envelopes, HistoryId history, PartRange range) {
        this.envelopes = envelopes;
        this.range = range;
        this.name = PartName.create(history, range, envelopes.random());
        this.out = envelopes.createOutput(name.key(), ObjectKind.ARCHIVE_PART);
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has SHA-256", missing);
        }
    }

    public PartName name() {
        return name;
    }

    @Override
    public void accept(byte[] bytes, int offset, int byteCount) {
        write(bytes, offset, byteCount);
    }

    @Override
    public void write(int singleByte) {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /// Adds bytes of the log, exactly as the file has them.
    ///
    /// @throws io.holdfast.core.UnavailableException if the store fails
    @Override
    public void write(byte[] bytes, int offset, int byteCount) {
        sha256.update(bytes, offset, byteCount);
        out.write(bytes, offset, byteCount);
    }

    @Override
    public void flush() {}

    /// Makes the index durable, then the part.
    ///
    /// @throws IllegalStateException if the range's bytes have not all been written
    /// @throws io.holdfast.core.UnavailableException if the store fails
    public PartName commit(PartFacts facts, PartIndex index) {
        if (out.contentBytes() != range.byteCount()) {
            throw new IllegalStateException(
                    Text.format(
                            "%s has %d bytes, %d were written",
                            range, range.byteCount(), out.contentBytes()));
        }
        PartIndexes.write(envelopes, name, index);
        out.commit(
                new PartDescription(
                        name.history(),
                        name.history().server(),
                        range,
                        facts,
                        Text.hex(sha256.digest()),
                        envelopes.now()));
        return name;
    }

    @Override
    public void close() {
        out.close();
    }
}
