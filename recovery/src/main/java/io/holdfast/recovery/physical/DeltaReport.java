package io.holdfast.recovery.physical;

import java.util.List;

/// What laying a backup's pages over a data directory changed in it.
///
/// @param pagesCompared all pages of the backup
/// @param pagesWritten those that were not there already
/// @param bytesWritten of them
/// @param renamed files of tablespaces that got the backup's name
/// @param removed files that the backup does not have
/// @param aside logs and settings of the old server, now in `asideFolder`
/// @param asideFolder empty if nothing was put there
/// @param kept files that the backup does not have and that were left alone
/// @param hints what the owner has to look after
public record DeltaReport(
        long pagesCompared,
        long pagesWritten,
        long bytesWritten,
        List<String> renamed,
        List<String> removed,
        List<String> aside,
        String asideFolder,
        List<String> kept,
        List<String> hints) {
    public DeltaReport {
        renamed = List.copyOf(renamed);
        removed = List.copyOf(removed);
        aside = List.copyOf(aside);
        kept = List.copyOf(kept);
        hints = List.copyOf(hints);
    }
}
