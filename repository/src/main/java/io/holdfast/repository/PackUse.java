package io.holdfast.repository;

import io.holdfast.repository.format.PackId;

/// How much of a pack a backup uses.
///
/// @param liveBytes stored bytes of the blocks it uses
public record PackUse(PackId pack, int blocks, long liveBytes) {
    /// Both together.
    ///
    /// @param other of other blocks of the same pack
    public PackUse plus(PackUse other) {
        return new PackUse(pack, blocks + other.blocks, liveBytes + other.liveBytes);
    }
}
