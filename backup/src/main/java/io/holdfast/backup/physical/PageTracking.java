package io.holdfast.backup.physical;

import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.Text;
import io.holdfast.innodb.ChangedPages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the server itself knows of changed pages, if `component_mysqlbackup` is installed: pages
/// that it wrote since it began to track them. Starting it costs the server 8 bytes for each page
/// and checkpoint in `#ib_archive`, and it goes on by itself over restarts.
///
/// It is believed only where it is known to be complete:
///
/// - **No restart since the base.** What crash recovery writes is not tracked, and the server says
///   nothing of it: the list looks whole and is not.
/// - **The list reaches to a checkpoint that was made under the backup lock.** Index builds write
///   pages without redo; such pages are in the list once they are on disk, and nowhere before.
/// - **The base began under tracking**: the server itself refuses a range that it does not have
///   whole.
///
/// Otherwise all pages are read. Confined to one thread.
///
/// @param problem why the server does not track pages; empty if it does
record PageTracking(String problem) {
    private static final String FOLDER = "#meb";
    private static final int PIECE_BYTES = 1 << 20;
    private static final int NO_SUCH_FUNCTION = 1305;

    /// The same of a session without a schema, in which the function might have been.
    private static final int NO_SCHEMA = 1046;

    private static final int NO_SUCH_VARIABLE = 1193;
    private static final int ACCESS_DENIED = 1227;

    /// Ids of lists are digits; ours begin with these.
    private static final String MARK = "4846";

    /// An answer of the function, not an error of the statement (MySQL 9.7.4,
    /// `Arch_Page_Sys::fetch_group_within_lsn_range`).
    private static final int RANGE_NOT_TRACKED = 3803;

    /// The server's start is known to the second; of a base that is this close to it nobody could
    /// say whether the server started again in that second.
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    /// Has the server track pages if it can.
    ///
    /// One that does already may count anew: it lists a page once for each count. The LSN that it
    /// answers with is where the last count began, not where its list does.
    ///
    /// A count that outlived a crash may miss pages for ever: what was listed in memory only is
    /// lost with the server, which takes such a page for listed as long as that count lasts (MySQL
    /// 9.7.4, `Arch_Page_Sys::start_during_recovery`, `Arch_Page_Sys::track_page`). So in each run
    /// of the server it begins truly anew, once: the server forgets our mark when it ends, and
    /// refuses ranges from before that beginning.
    static PageTracking start(Session session) {
        try {
            String mark =
                    session.query("SELECT @@GLOBAL.mysqlbackup.backupid").only().stringOrNull(0);
            boolean isOurs = mark != null && mark.startsWith(MARK);
            long leastLsn = 1;
            if (!isOurs) {
                mark(session, "0"); // who may not do this cannot ask for the list either
                session.query("SELECT mysqlbackup_page_track_set(0)");
                leastLsn = LogMoment.read(session).lsn();
            }
            long lsn = session.query("SELECT mysqlbackup_page_track_set(1)").only().integer(0);
            if (lsn < leastLsn) {
                return new PageTracking("the server did not begin to track pages");
            }
            if (!isOurs) {
                mark(session, MARK + System.currentTimeMillis());
            }
            return new PageTracking("");
        } catch (SqlErrorException failure) {
            return new PageTracking(explain(failure));
        }
    }

    private static void mark(Session session, String id) {
        session.execute("SET GLOBAL mysqlbackup.backupid = '" + id + "'");
    }

    private static String explain(SqlErrorException failure) {
        return switch (failure.number()) {
            case NO_SUCH_FUNCTION, NO_SCHEMA, NO_SUCH_VARIABLE ->
                    "the server does not track changed pages (INSTALL COMPONENT"
                            + " 'file://component_mysqlbackup')";
            case ACCESS_DENIED -> "page tracking needs SYSTEM_VARIABLES_ADMIN";
            default -> "page tracking: " + failure.problem().what();
        };
    }

    boolean isOn() {
        return problem.isEmpty();
    }

    /// Why the list since a base would not be complete; empty if it would.
    ///
    /// @param serverStarted the present run of the server
    String problemSince(Base base, Instant serverStarted) {
        if (!isOn()) {
            return problem;
        }
        if (!base.section().serverStarted().equals(serverStarted)
                || base.consistentAt().isBefore(serverStarted.plus(START_TOLERANCE))) {
            return "the server was restarted since the base, and what crash recovery writes is not"
                    + " tracked";
        }
        return "";
    }

    /// What came of asking for the list.
    ///
    /// @param pages null if there is none
    record Answer(@Nullable TrackedPages pages, String problem) {}

    /// Asks for the pages that changed in the range `(since, until]`.
    ///
    /// @param until a checkpoint
    static Answer ask(Session session, Path dataFolder, long since, long until) {
        String id = MARK + System.currentTimeMillis();
        String range = "(" + since + ", " + until + ")";
        try {
            mark(session, id);
            long answer = number(session, "mysqlbackup_page_track_get_changed_pages" + range);
            if (answer == RANGE_NOT_TRACKED) {
                return new Answer(
                        null,
                        Text.format(
                                "the server did not track pages since the base's LSN %d", since));
            }
            if (answer != 0) {
                return new Answer(null, "the server's list of changed pages ended with " + answer);
            }
            long count = number(session, "mysqlbackup_page_track_get_changed_page_count" + range);
            Path file = dataFolder.resolve(FOLDER).resolve(id + ".idx");
            var pages = new TrackedPages();
            long read = read(file, pages);
            return read == count
                    ? new Answer(pages, "")
                    : new Answer(
                            null,
                            Text.format("the server's list has %d pages, not %d", read, count));
        } catch (SqlErrorException failure) {
            return new Answer(null, explain(failure));
        } catch (IOException failure) {
            return new Answer(null, "the server's list of changed pages: " + failure);
        }
    }

    private static long number(Session session, String function) {
        return session.query("SELECT " + function).only().integer(0);
    }

    private static long read(Path file, TrackedPages pages) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long[] entries = new long[PIECE_BYTES / ChangedPages.ENTRY_BYTES];
        long count = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (true) {
                long offset = count * ChangedPages.ENTRY_BYTES;
                int read = Reading.at(file, channel, piece, offset, piece.length);
                int decoded = ChangedPages.decode(piece, 0, read, entries);
                for (int i = 0; i < decoded; i++) {
                    pages.add(entries[i]);
                }
                count += decoded;
                if (read % ChangedPages.ENTRY_BYTES != 0) {
                    throw new IOException("it ends within an entry");
                }
                if (read < piece.length) {
                    return count;
                }
            }
        }
    }
}
