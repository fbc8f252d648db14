package io.holdfast.servertests.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.innodb.ChangedPages;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageId;
import io.holdfast.innodb.PageTrackBlock;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Goal: the list of changed pages that we read from the server's files is the server's, and has
/// every page that really changed.
final class PageTrackingTest {
    private static final String BACKUP_ID = "20261122";

    @Test
    void theListHasEveryPageThatChanged() throws Exception {
        try (var server = TestServer.start();
                Session session = Sql.root(server)) {
            session.execute("INSTALL COMPONENT 'file://component_mysqlbackup'");
            long trackedFrom = Sql.number(session, "mysqlbackup_page_track_set(1)");
            session.execute("CREATE DATABASE d");
            session.execute(
                    "CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, a INT, b VARCHAR(300))");
            Sql.fill(session, "d.t");
            Sql.sharpCheckpoint(session);
            long from = Sql.lsn(session, "LSN_checkpoint");
            Sql.fill(session, "d.t");
            session.execute("CREATE TABLE d.u SELECT a, b FROM d.t");
            session.execute("UPDATE d.t SET b = 'changed' WHERE a % 50 = 0");
            Sql.sharpCheckpoint(session);
            long to = Sql.lsn(session, "LSN_checkpoint");
            assertThat(from).isBetween(trackedFrom, to);

            session.execute("SET GLOBAL mysqlbackup.backupid = '" + BACKUP_ID + "'");
            String range = "(" + from + ", " + to + ")";
            assertThat(Sql.number(session, "mysqlbackup_page_track_get_changed_pages" + range))
                    .isZero();
            byte[] file =
                    Files.readAllBytes(server.dataFolder().resolve("#meb/" + BACKUP_ID + ".idx"));
            long[] listed = decode(file);
            assertThat(listed.length)
                    .isEqualTo(
                            (int)
                                    Sql.number(
                                            session,
                                            "mysqlbackup_page_track_get_changed_page_count"
                                                    + range));

            Set<Long> tracked = tracked(server.dataFolder(), trackedFrom);
            Set<Long> changed = changedOnDisk(session, server.dataFolder(), from, to);
            assertThat(changed).hasSizeGreaterThan(20);
            Set<Long> list = new TreeSet<>(Arrays.stream(listed).boxed().toList());
            assertThat(list).containsAll(changed);
            assertThat(tracked).containsAll(changed);
        }
    }

    private static long[] decode(byte[] file) {
        long[] pages = new long[file.length / ChangedPages.ENTRY_BYTES];
        assertThat(ChangedPages.decode(file, 0, file.length, pages)).isEqualTo(pages.length);
        assertThat(file.length % ChangedPages.ENTRY_BYTES).isZero();
        return pages;
    }

    /// Every page in the server's own tracking files.
    private static Set<Long> tracked(Path dataFolder, long trackedFrom) throws IOException {
        Path group = dataFolder.resolve("#ib_archive/page_group_" + trackedFrom);
        byte[] bytes = Files.readAllBytes(group.resolve("ib_page_0"));
        var tracked = new TreeSet<Long>();
        long[] pages = new long[PageTrackBlock.PAGES_MAX];
        assertThat(PageTrackBlock.decode(bytes, 0))
                .isInstanceOfSatisfying(
                        PageTrackBlock.Resets.class,
                        resets -> {
                            assertThat(resets.firstLsn()).isEqualTo(trackedFrom);
                            assertThat(resets.fileNumber()).isZero();
                            assertThat(resets.points())
                                    .containsExactly(
                                            new PageTrackBlock.ResetPoint(
                                                    0, PageTrackBlock.HEADER_BYTES));
                        });
        int number = 0;
        for (int at = PageTrackBlock.BYTES; at < bytes.length; at += PageTrackBlock.BYTES) {
            PageTrackBlock block = PageTrackBlock.decode(bytes, at);
            if (block instanceof PageTrackBlock.Unused) {
                continue;
            }
            assertThat(block).isInstanceOf(PageTrackBlock.Pages.class);
            var data = (PageTrackBlock.Pages) block;
            assertThat(data.number()).isEqualTo(number++);
            assertThat(data.resetLsn()).isEqualTo(trackedFrom);
            assertThat(data.stopLsn()).isGreaterThanOrEqualTo(trackedFrom);
            int begin = at + PageTrackBlock.HEADER_BYTES;
            int count =
                    ChangedPages.decode(
                            bytes, begin, data.pageCount() * ChangedPages.ENTRY_BYTES, pages);
            Arrays.stream(pages, 0, count).forEach(tracked::add);
        }
        return tracked;
    }

    private static Set<Long> changedOnDisk(Session session, Path dataFolder, long from, long to)
            throws IOException {
        var changed = new TreeSet<Long>();
        for (Tablespace tablespace : Tablespace.all(session, dataFolder)) {
            byte[] bytes = tablespace.read();
            int pageBytes = Tablespace.header(bytes, tablespace.file()).pageSize().physicalBytes();
            for (int at = 0; at < bytes.length; at += pageBytes) {
                long lsn = PageHeader.lsn(bytes, at);
                if (lsn > from && lsn <= to) {
                    changed.add(PageId.of(tablespace.id(), at / pageBytes));
                }
            }
        }
        return changed;
    }
}
