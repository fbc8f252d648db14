package io.holdfast.servertests.torture;

import io.holdfast.client.Session;
import io.holdfast.innodb.ChangedPages;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageId;
import io.holdfast.innodb.TablespaceHeader;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.innodb.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Compares a server's list of changed pages with its files: a page there whose LSN is within the
/// range was changed in it, and has to be listed. No code of the backup is used.
record ListWitness(TestServer server, Session session) {
    /// What came out.
    ///
    /// @param changed pages whose LSN is in the range
    /// @param missing of these, not in the list
    record Finding(int changed, int missing) {}

    /// Has the server track pages.
    ///
    /// @param isAnew whether what it tracked so far is given up
    /// @return the LSN at which its newest count began
    long begin(boolean isAnew) {
        if (isAnew) {
            session.query("SELECT mysqlbackup_page_track_set(0)");
        }
        return Sql.number(session, "mysqlbackup_page_track_set(1)");
    }

    /// A checkpoint that everything up to this moment is before. DDL has to be locked out.
    long checkpoint() {
        long now = Sql.lsn(session, "LSN");
        long checkpoint;
        do {
            Sql.sharpCheckpoint(session);
            checkpoint = Sql.lsn(session, "LSN_checkpoint");
        } while (checkpoint < now);
        return checkpoint;
    }

    /// Compares list and files in the range `(since, until]`. DDL has to be locked out.
    Finding compare(long since, long until) throws IOException {
        Set<Long> listed = listed(since, until);
        int changed = 0;
        int missing = 0;
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            var header = TablespaceHeader.decode(bytes, bytes.length, file.toString());
            int pageBytes = header.pageSize().physicalBytes();
            for (int page = 0; (page + 1) * pageBytes <= bytes.length; page++) {
                long lsn = PageHeader.lsn(bytes, page * pageBytes);
                if (lsn > since && lsn <= until) {
                    changed++;
                    missing += listed.contains(PageId.of(header.spaceId(), page)) ? 0 : 1;
                }
            }
        }
        return new Finding(changed, missing);
    }

    private Set<Long> listed(long since, long until) throws IOException {
        String id = Long.toString(System.nanoTime());
        session.execute("SET GLOBAL mysqlbackup.backupid = '" + id + "'");
        long answer =
                Sql.number(
                        session,
                        "mysqlbackup_page_track_get_changed_pages(" + since + ", " + until + ")");
        if (answer != 0) {
            throw new IllegalStateException("no list: " + answer);
        }
        byte[] bytes = Files.readAllBytes(server.dataFolder().resolve("#meb/" + id + ".idx"));
        long[] pages = new long[bytes.length / ChangedPages.ENTRY_BYTES];
        int count = ChangedPages.decode(bytes, 0, bytes.length, pages);
        Set<Long> listed = new HashSet<>();
        for (int i = 0; i < count; i++) {
            listed.add(pages[i]);
        }
        return listed;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        session.query(
                        "SELECT FILE_NAME FROM information_schema.FILES WHERE FILE_TYPE IN"
                                + " ('TABLESPACE', 'UNDO LOG')")
                .forEach(row -> files.add(server.dataFolder().resolve(row.string(0))));
        return files;
    }
}
