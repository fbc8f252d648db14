package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a person decides about archiving a server.
///
/// @param journal the journal's folder; null for the default one of the server, see
///   [#defaultFolders]
/// @param from the binary-log file to begin with if nothing of the server is archived yet; null for
///   the file that holds the newest backup's moment, or else the server's current one
/// @param partAge after how long a part is cut although it is small
/// @param partBytes at how many bytes a part is cut although it is young
/// @param journalBytesMax how much may wait for the repository before archiving pauses
/// @param giveUp where the archive ends at an event that the server cannot send: the rest of that
///   file is given up, and the next one begins a new history; without effect if the archive ends
///   elsewhere; null to give up nothing
/// @param untilCaughtUp whether to end, instead of following, once everything is stored that the
///   server had when archiving began
public record ArchiveOptions(
        @Nullable Path journal,
        @Nullable String from,
        Duration partAge,
        long partBytes,
        long journalBytesMax,
        @Nullable BinlogPosition giveUp,
        boolean untilCaughtUp) {
    /// The options of a daemon: parts every 5 s or 16 MiB, 16 GiB of journal.
    public static ArchiveOptions following() {
        return new ArchiveOptions(
                null, null, Duration.ofSeconds(5), 16L << 20, 16L << 30, null, false);
    }

    public ArchiveOptions withJournal(@Nullable Path folder) {
        return new ArchiveOptions(
                folder, from, partAge, partBytes, journalBytesMax, giveUp, untilCaughtUp);
    }

    public ArchiveOptions withFrom(@Nullable String file) {
        return new ArchiveOptions(
                journal, file, partAge, partBytes, journalBytesMax, giveUp, untilCaughtUp);
    }

    public ArchiveOptions withParts(Duration age, long bytes) {
        return new ArchiveOptions(
                journal, from, age, bytes, journalBytesMax, giveUp, untilCaughtUp);
    }

    public ArchiveOptions withJournalBytesMax(long bytes) {
        return new ArchiveOptions(journal, from, partAge, partBytes, bytes, giveUp, untilCaughtUp);
    }

    public ArchiveOptions withGiveUp(@Nullable BinlogPosition place) {
        return new ArchiveOptions(
                journal, from, partAge, partBytes, journalBytesMax, place, untilCaughtUp);
    }

    /// Ends once everything that the server has now is stored.
    public ArchiveOptions untilItHasCaughtUp() {
        return new ArchiveOptions(journal, from, partAge, partBytes, journalBytesMax, giveUp, true);
    }

    /// Where journals are if nobody says otherwise, in one folder per server UUID.
    ///
    /// @param stateHome `$XDG_STATE_HOME`; null or empty if it is not set
    /// @param home the user's home folder
    public static Path defaultFolders(@Nullable String stateHome, Path home) {
        Path state =
                stateHome == null || stateHome.isEmpty()
                        ? home.resolve(".local").resolve("state")
                        : Path.of(stateHome);
        return state.resolve("holdfast").resolve("archive");
    }
}
