package io.holdfast.repository.format;

import io.holdfast.core.Text;

/// How the blocks of a new object are made smaller. A reader need not know: every block says it of
/// itself.
///
/// @param zstdLevel 1 (fast) to 19 (small); 0 stores blocks as they are
public record Compression(int zstdLevel) {
    public static final int ZSTD_LEVEL_MAX = 19;

    /// As fast as the disk, on servers whose pages compress badly or whose cores are busy.
    public static final Compression NONE = new Compression(0);

    /// Level 1 compresses rows, pages and events at hundreds of MB/s; higher levels gain a few
    /// percent.
    public static final Compression DEFAULT = new Compression(1);

    public Compression {
        if (zstdLevel < 0 || zstdLevel > ZSTD_LEVEL_MAX) {
            throw new IllegalArgumentException(
                    Text.format("a level is 0 to %d, not %d", ZSTD_LEVEL_MAX, zstdLevel));
        }
    }

    boolean isNone() {
        return zstdLevel == 0;
    }
}
