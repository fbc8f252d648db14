package io.holdfast.repository.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// The identity of a repository, bound into each of its objects.
public record RepositoryId(UUID uuid) {
    /// What is bound into a root object, which must be read before the id is known.
    public static final RepositoryId NONE = new RepositoryId(new UUID(0, 0));

    @JsonCreator
    static RepositoryId parse(String text) {
        return new RepositoryId(UUID.fromString(text));
    }

    @JsonValue
    @Override
    public String toString() {
        return uuid.toString();
    }
}
