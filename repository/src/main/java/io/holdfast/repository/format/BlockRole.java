package io.holdfast.repository.format;

/// What a block's bytes are to their object.
public enum BlockRole {
    /// Bytes that the object carries.
    CONTENT(0),
    /// JSON that describes the object; its last block.
    DOCUMENT(1);

    private final int number;

    BlockRole(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
