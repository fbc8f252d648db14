package io.holdfast.repository.archive;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.repository.format.ContainerInput;
import io.holdfast.repository.format.Envelopes;
import io.holdfast.repository.format.RepositoryError;
import io.holdfast.store.ObjectKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Reads parts and indexes for the sake of proof.
public final class ArchiveCheck {
    private ArchiveCheck() {}

    /// Reads a part whole: every block, its description, and that both fit its name.
    ///
    /// @throws CorruptDataException at the first thing that does not fit
    public static void part(Envelopes envelopes, ObjectKey key) {
        PartName name = PartName.parse(key).orElseThrow(() -> misplaced(key));
        ArchivePartReader reader = ArchivePartReader.open(envelopes, name);
        MessageDigest sha256 = sha256();
        long[] bytes = {0};
        try (ContainerInput in = reader.openAt(name.begin())) {
            in.transferTo((piece, offset, count) -> {
                sha256.update(piece, offset, count);
                bytes[0] += count;
            });
        }
        String actual = Text.hex(sha256.digest());
        if (bytes[0] != name.byteCount() || !actual.equals(reader.description().sha256())) {
            throw new CorruptDataException(
                    Problem.of(RepositoryError.OBJECT_DAMAGED)
                            .what(
                                    "part has %d bytes of SHA-256 %s, expected %d of %s",
                                    bytes[0],
                                    actual,
                                    name.byteCount(),
                                    reader.description().sha256())
                            .where("object %s", key)
                            .remedy(
                                    "Another archiver's part may hold the same bytes; see 'holdfast list'."));
        }
    }

    /// Reads an index whole and decodes it.
    ///
    /// @throws CorruptDataException if it is not an index of its part's range
    public static void index(Envelopes envelopes, ObjectKey key) {
        ObjectKey partKey =
                ObjectKey.of(key.text().replace("/indexes/", "/parts/").replace(".index", ".part"));
        PartName name = PartName.parse(partKey).orElseThrow(() -> misplaced(key));
        PartIndex index = PartIndexes.read(envelopes, name);
        if (!index.transactions().isEmpty() && index.transactions().getLast().end() > name.end()) {
            throw misplaced(key);
        }
    }

    private static CorruptDataException misplaced(ObjectKey key) {
        return new CorruptDataException(
                Problem.of(RepositoryError.OBJECT_MISPLACED)
                        .what("object does not hold the range that its name says")
                        .where("object %s", key)
                        .remedy("Run 'holdfast verify' to see what else is concerned."));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has SHA-256", missing);
        }
    }
}
