package io.holdfast.repository.format;

import static io.holdfast.repository.format.Layout.BLOCK_BYTES_MAX;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import io.holdfast.store.ObjectKey;
import io.holdfast.store.ObjectStore;
import io.holdfast.store.ObjectWriter;
import io.holdfast.store.PutResult;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;

/// A repository's store seen through the envelope: every object of the repository is written and
/// read here. Thread-safe.
public final class Envelopes {
    /// Documents are held in memory; what may grow beyond this is a stream.
    public static final int DOCUMENT_BYTES_MAX = 16 << 20;

    private final ObjectStore store;
    private final RepositoryId repository;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random thread-safe and unpredictable, except in tests
    public Envelopes(
            ObjectStore store,
            RepositoryId repository,
            InstantSource clock,
            RandomGenerator random) {
        this.store = store;
        this.repository = repository;
        this.clock = clock;
        this.random = random;
    }

    public ObjectStore store() {
        return store;
    }

    public RepositoryId repository() {
        return repository;
    }

    public InstantSource clock() {
        return clock;
    }

    /// The present time as documents hold it, cut to microseconds.
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    public RandomGenerator random() {
        return random;
    }

    /// Begins an object.
    public ContainerWriter create(ObjectKey key, ObjectKind kind) {
        byte[] salt = new byte[Layout.SALT_BYTES];
        random.nextBytes(salt);
        byte[] header = Header.encode(kind, salt, repository, key);
        ObjectWriter out = store.create(key);
        try {
            return new ContainerWriter(key, out, header);
        } catch (HoldfastException failure) {
            out.close(); // nobody else can
            throw failure;
        }
    }

    /// Begins an object whose content is written as a run of bytes.
    public ContainerOutput createOutput(ObjectKey key, ObjectKind kind) {
        return new ContainerOutput(create(key, kind));
    }

    /// Opens an object and proves its header, table and trailer.
    ///
    /// @throws CorruptDataException if it is missing, damaged or misplaced
    /// @throws io.holdfast.core.RefusedException if a newer Holdfast wrote it
    public ContainerReader open(ObjectKey key, ObjectKind kind) {
        return ContainerReader.open(store, repository, key, kind);
    }

    /// Puts a document, unless one of its name is there.
    public PutResult putDocument(ObjectKey key, ObjectKind kind, Object document) {
        byte[] json = Json.mapper().writeValueAsBytes(document);
        if (json.length > DOCUMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    key + " would have " + json.length + " bytes, too many for a document");
        }
        try (ContainerWriter writer = create(key, kind);
                var encoder = new BlockEncoder(Compression.DEFAULT)) {
            for (int at = 0; at < json.length; at += BLOCK_BYTES_MAX) {
                int count = Math.min(BLOCK_BYTES_MAX, json.length - at);
                writer.append(encoder, json, at, count, BlockRole.CONTENT);
            }
            return writer.commit();
        }
    }

    /// Reads a document.
    ///
    /// @throws CorruptDataException if it is missing, damaged, misplaced or not of that type
    /// @throws io.holdfast.core.RefusedException if it requires what this Holdfast does not know
    public <T> T readDocument(ObjectKey key, ObjectKind kind, Class<T> type) {
        ContainerReader reader = open(key, kind);
        if (reader.rawBytes() > DOCUMENT_BYTES_MAX) {
            throw Damage.at(
                    key,
                    0,
                    "document has %d bytes, at most %d",
                    reader.rawBytes(),
                    DOCUMENT_BYTES_MAX);
        }
        var json = new ByteArrayOutputStream((int) reader.rawBytes());
        try (BlockInput blocks = reader.blocks(0, reader.blockCount())) {
            while (blocks.next()) {
                json.write(blocks.raw(), 0, blocks.rawBytes());
            }
        }
        return parse(key, json.toByteArray(), type);
    }

    /// Reads the document that describes a container: its last block.
    ///
    /// @throws CorruptDataException as [#readDocument] does
    public <T> T readDescription(ContainerReader reader, Class<T> type) {
        try (BlockInput blocks = reader.blocks(reader.blockCount() - 1, 1)) {
            if (!blocks.next() || blocks.role() != BlockRole.DOCUMENT) {
                throw Damage.at(reader.key(), 0, "last block is not the description of the object");
            }
            return parse(reader.key(), blocks.copy(), type);
        }
    }

    private static <T> T parse(ObjectKey key, byte[] json, Class<T> type) {
        try {
            var tree = Json.mapper().readTree(json);
            if (tree.path("requires").isArray() && !tree.path("requires").isEmpty()) {
                throw Damage.tooNew(key, "document requires %s", tree.path("requires"));
            }
            return Json.mapper().treeToValue(tree, type);
        } catch (JacksonException | IllegalArgumentException | UsageException malformed) {
            throw malformed(key, malformed);
        }
    }

    private static CorruptDataException malformed(ObjectKey key, RuntimeException malformed) {
        if (malformed.getCause() instanceof CorruptDataException corrupt) {
            return corrupt;
        }
        String reason =
                Objects.requireNonNullElse(
                        malformed instanceof JacksonException json
                                ? json.getOriginalMessage()
                                : malformed.getMessage(),
                        malformed.getClass().getSimpleName());
        return new CorruptDataException(
                Problem.of(RepositoryError.DOCUMENT_MALFORMED)
                        .what("document cannot be read: %s", reason)
                        .where("object %s", key)
                        .remedy("Run 'holdfast verify' to see which objects are concerned."),
                malformed);
    }
}
