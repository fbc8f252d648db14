package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import java.util.Optional;
import java.util.function.Function;

/// Decides how the archive goes on with a server: where it ended, or in a new history because the
/// log is not the one that was archived. A pure function of what the server showed and what the
/// archive has; a doubt always ends in a new history, never in a silent jump.
final class Resume {
    private Resume() {}

    /// What the beginnings of two files of one name say.
    enum HeadProof {
        SAME,
        DIFFERENT,
        /// The archive no longer has the beginning at hand, or the server does not give its own.
        UNKNOWN
    }

    /// Why a history begins.
    enum Cause {
        /// The first of its server.
        NEW,
        /// Another server goes on, and has everything that was archived.
        FAILOVER,
        /// `RESET BINARY LOGS AND GTIDS`, or a new data directory under the old UUID.
        RESET,
        /// The machine went back in time.
        ROLLBACK,
        /// The server no longer has transactions that were archived.
        LOST_TRANSACTIONS,
        /// Logs were purged before they were archived.
        GAP
    }

    sealed interface Decision {
        /// The log goes on where the archive ends.
        record Continue(BinlogPosition at) implements Decision {}

        /// A new history begins at byte 4 of a file.
        ///
        /// @param detail what was seen, for people
        record Begin(Cause cause, String file, String detail) implements Decision {}
    }

    /// Decides for a server with the archive's own `server_uuid`.
    ///
    /// @param lastEventDiffers whether the server was asked for the archive's last event and sent
    ///   another one, or none
    static Decision decide(
            ServerView server,
            ArchiveEnd end,
            Function<String, HeadProof> heads,
            boolean lastEventDiffers) {
        String file = end.position().file();
        Optional<ServerView.LogFile> log = server.find(file);
        if (log.isEmpty()) {
            return withoutFile(server, end, heads);
        }
        HeadProof head = heads.apply(file);
        if (head == HeadProof.DIFFERENT) {
            return anotherLog(
                    server,
                    end,
                    heads,
                    Text.format("%s begins otherwise than the archived file of that name", file));
        }
        if (log.get().byteCount() < end.position().offset()) {
            return new Decision.Begin(
                    Cause.LOST_TRANSACTIONS,
                    file,
                    Text.format(
                            "%s has %d bytes, %d were archived",
                            file, log.get().byteCount(), end.position().offset()));
        }
        if (lastEventDiffers) {
            return new Decision.Begin(
                    Cause.ROLLBACK,
                    file,
                    Text.format("the event before %s is not the archived one", end.position()));
        }
        GtidSet lost = end.gtids().subtract(server.gtidExecuted());
        if (server.usesGtids() && !lost.isEmpty()) {
            return new Decision.Begin(
                    Cause.LOST_TRANSACTIONS,
                    file,
                    Text.format("archived, but not on the server: %s", shortened(lost)));
        }
        return new Decision.Continue(end.position());
    }

    /// Decides for a server whose log goes on, where somebody gave up what follows in the archive's
    /// last file: the next file begins a new history. If the server has none yet, nothing changes.
    static Decision giveUp(ServerView server, ArchiveEnd end) {
        for (ServerView.LogFile log : server.logs()) {
            if (log.number() > end.position().fileNumber()) {
                return new Decision.Begin(
                        Cause.GAP,
                        log.name(),
                        Text.format(
                                "the rest of the file from %s on was given up", end.position()));
            }
        }
        return new Decision.Continue(end.position());
    }

    private static Decision withoutFile(
            ServerView server, ArchiveEnd end, Function<String, HeadProof> heads) {
        long number = end.position().fileNumber();
        String oldest = server.oldest().name();
        boolean isForgotten = server.usesGtids() && !server.gtidExecuted().containsAll(end.gtids());
        if (isSameSeries(end.position().file(), oldest)
                && number < server.oldest().number()
                && !isForgotten) {
            return new Decision.Begin(
                    Cause.GAP,
                    oldest,
                    Text.format(
                            "the server has purged everything before %s; archived up to %s",
                            oldest, end.position()));
        }
        return anotherLog(
                server,
                end,
                heads,
                Text.format(
                        "archived up to %s, the server now has %s to %s",
                        end.position(), oldest, server.newest().name()));
    }

    /// A reset leaves no file of the archived log; a machine that went back has the older ones, and
    /// made the newer ones anew. Its new history begins with the newest file that it still has: the
    /// end of that file may be another one now.
    private static Decision anotherLog(
            ServerView server, ArchiveEnd end, Function<String, HeadProof> heads, String seen) {
        if (heads.apply(server.oldest().name()) != HeadProof.DIFFERENT) {
            for (ServerView.LogFile log : server.logs().reversed()) {
                boolean isArchived = log.number() <= end.position().fileNumber();
                if (isArchived && heads.apply(log.name()) == HeadProof.SAME) {
                    return new Decision.Begin(
                            Cause.ROLLBACK,
                            log.name(),
                            Text.format("%s; %s is as it was archived", seen, log.name()));
                }
            }
        }
        return new Decision.Begin(Cause.RESET, server.oldest().name(), seen);
    }

    private static boolean isSameSeries(String one, String other) {
        return one.substring(0, one.lastIndexOf('.'))
                .equals(other.substring(0, other.lastIndexOf('.')));
    }

    /// Decides for another server than the one that was archived last: the way on after a failover.
    ///
    /// @param previousGtids what a file of the server says was executed before it
    static Decision.Begin decideFailover(
            ServerView server, ArchiveEnd end, Function<String, GtidSet> previousGtids) {
        String from =
                Text.format("server %s follows %s", server.serverUuid(), end.line().serverUuid());
        if (!server.usesGtids() || end.gtids().isEmpty()) {
            return new Decision.Begin(
                    Cause.GAP,
                    server.newest().name(),
                    from + "; without GTIDs nothing proves that its log goes on where it ended");
        }
        String start = null;
        for (ServerView.LogFile log : server.logs().reversed()) {
            if (end.gtids().containsAll(previousGtids.apply(log.name()))) {
                start = log.name();
                break;
            }
        }
        GtidSet lost = end.gtids().subtract(server.gtidExecuted());
        if (!lost.isEmpty()) {
            return new Decision.Begin(
                    Cause.LOST_TRANSACTIONS,
                    start == null ? server.oldest().name() : start,
                    from + " and does not have " + shortened(lost));
        }
        if (start == null) {
            String oldest = server.oldest().name();
            GtidSet missing = previousGtids.apply(oldest).subtract(end.gtids());
            return new Decision.Begin(
                    Cause.GAP,
                    oldest,
                    from + " and has purged what is not archived: " + shortened(missing));
        }
        return new Decision.Begin(Cause.FAILOVER, start, from);
    }

    private static String shortened(GtidSet gtids) {
        String text = gtids.toString();
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
}
