package io.holdfast.repository.format;

import java.util.Optional;

/// What an object is, as its header says. Numbers are never reused.
public enum ObjectKind {
    ROOT(1),
    PACK(2),
    PACK_TABLE(3),
    MANIFEST(4),
    LEASE(5),
    CATALOGUE_DAY(6),
    HISTORY(7),
    ARCHIVE_PART(8),
    PART_INDEX(9),
    DEFINITIONS(10),
    DELETION_MARK(11),
    STAGE(12);

    private final int number;

    ObjectKind(int number) {
        this.number = number;
    }

    /// The byte in the header.
    public int number() {
        return number;
    }

    static Optional<ObjectKind> of(int number) {
        for (ObjectKind kind : values()) {
            if (kind.number == number) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /// The kind as a person reads it: `archive part`.
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
