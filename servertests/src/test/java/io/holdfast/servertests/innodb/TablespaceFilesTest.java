package io.holdfast.servertests.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.core.Text;
import io.holdfast.innodb.PageChecksum;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.PageType;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.SpaceId;
import io.holdfast.innodb.TablespaceHeader;
import io.holdfast.mysqld.Folders;
import io.holdfast.servertests.TestServer;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Goal: of every page of every kind of tablespace that a server makes, our verdict is
/// `innochecksum`'s, and the headers say what the server says. Method: a server of each page size
/// with a table of each kind, stopped; then flipped bits and rewritten checksums.
@Seeded
final class TablespaceFilesTest {
    private static final int FLIPS_PER_FILE = 3;

    /// A file system's block, the least that a hole can save: smaller pages cannot be
    /// page-compressed.
    private static final int PUNCHED_KIB = 4;

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 64})
    void verdictsAreThoseOfInnochecksum(int pageKib, RandomGenerator random) throws Exception {
        Path outside = TestServer.temporaryFolder();
        try (var server =
                TestServer.startInitialised(
                        List.of(Text.format("--innodb-page-size=%dk", pageKib)),
                        "--innodb-directories=" + outside)) {
            List<Tablespace> tablespaces;
            long lsn;
            try (Session session = Sql.root(server)) {
                makeTables(session, pageKib, outside);
                tablespaces = Tablespace.all(session, server.dataFolder());
                lsn = Sql.lsn(session, "LSN");
                session.execute("SET GLOBAL innodb_fast_shutdown = 0");
                Sql.sharpCheckpoint(session);
            }
            server.stop();
            assertThat(tablespaces).hasSizeGreaterThan(15);
            var types = EnumSet.noneOf(PageType.class);
            for (Tablespace tablespace : tablespaces) {
                checkHeader(tablespace, pageKib);
                checkPages(tablespace, lsn + (1 << 30), types);
                assertThat(Innochecksum.isWhole(tablespace.file())).isTrue();
                checkFlips(tablespace, random, outside.resolve("flipped"));
            }
            assertThat(types)
                    .contains(pageKib > PUNCHED_KIB ? PageType.PACKED : PageType.INDEX)
                    .contains(
                            PageType.SDI,
                            PageType.RTREE,
                            PageType.INDEX,
                            PageType.LOB_FIRST,
                            PageType.UNDO_LOG,
                            PageType.ROLLBACK_SEGMENT_ARRAY,
                            PageType.TRANSACTION_SYSTEM)
                    .doesNotContain(PageType.OTHER);
            checkOldChecksums(tablespaces, outside.resolve("rewritten"));
        } finally {
            Folders.remove(outside);
        }
    }

    private static void makeTables(Session session, int pageKib, Path outside) {
        session.execute("CREATE DATABASE d");
        session.execute("USE d");
        for (String format : List.of("REDUNDANT", "COMPACT", "DYNAMIC")) {
            makeTable(session, "t_" + format, "ROW_FORMAT=" + format);
        }
        for (int zip = 1; zip <= Math.min(pageKib, 16) && pageKib <= 16; zip *= 2) {
            makeTable(session, "zip_" + zip, "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=" + zip);
        }
        if (pageKib > PUNCHED_KIB) {
            makeTable(session, "zlib", "COMPRESSION='zlib'");
            makeTable(session, "lz4", "COMPRESSION='lz4'");
        }
        makeTable(session, "outside", "DATA DIRECTORY='" + outside + "'");
        makeTable(session, "parts", "PARTITION BY HASH (a) PARTITIONS 3");
        session.execute("CREATE TABLESPACE g ADD DATAFILE 'g.ibd'");
        makeTable(session, "general", "TABLESPACE g");
        session.execute("CREATE UNDO TABLESPACE u ADD DATAFILE 'u.ibu'");
        session.execute("CREATE TABLE words (b VARCHAR(300), FULLTEXT (b))");
        session.execute("INSERT INTO words SELECT b FROM t_DYNAMIC");
        session.execute("CREATE TABLE places (p POINT NOT NULL SRID 0, SPATIAL INDEX (p))");
        session.execute("INSERT INTO places SELECT POINT(a, a * 7 % 91) FROM t_DYNAMIC");
        session.execute("CREATE TABLE blobs (a INT PRIMARY KEY, b LONGBLOB)");
        session.execute("INSERT INTO blobs SELECT a, REPEAT(b, 700) FROM t_DYNAMIC WHERE a < 9");
        session.execute("DELETE FROM t_COMPACT WHERE a % 3 = 0");
    }

    private static void makeTable(Session session, String name, String options) {
        session.execute(
                Text.format(
                        "CREATE TABLE %s (a INT PRIMARY KEY, b VARCHAR(300)) %s", name, options));
        Sql.fill(session, name);
    }

    private static void checkHeader(Tablespace tablespace, int pageKib) throws IOException {
        TablespaceHeader header = Tablespace.header(tablespace.read(), tablespace.file());
        assertThat(header.spaceId()).isEqualTo(tablespace.id());
        assertThat(header.pageSize().logicalBytes()).isEqualTo(pageKib << 10);
        assertThat(header.encryption()).isNull();
        assertThat(header.mayHoldEncryptedPages()).isFalse();
        assertThat(header.pageCount() * header.pageSize().physicalBytes())
                .isLessThanOrEqualTo(Files.size(tablespace.file()));
        assertThat(header.spaceVersion()).isEqualTo(1);
        if (tablespace.flag() >= 0) {
            assertThat(header.flags().bits()).isEqualTo((int) tablespace.flag());
            assertThat(header.pageSize().zipBytes()).isEqualTo((int) tablespace.zipBytes());
            assertThat(tablespace.serverVersion()).isEqualTo(version(header.serverVersion()));
        }
        String name = tablespace.file().getFileName().toString();
        assertThat(header.flags().hasDataDirectory()).isEqualTo(name.equals("outside.ibd"));
        assertThat(SpaceId.isUndo(header.spaceId()))
                .isEqualTo(name.startsWith("undo_") || name.endsWith(".ibu"));
        assertThat(header.flags().hasSdi()).isEqualTo(!SpaceId.isUndo(header.spaceId()));
    }

    private static String version(long number) {
        return Text.format("%d.%d.%d", number / 10000, number / 100 % 100, number % 100);
    }

    private static void checkPages(Tablespace tablespace, long lsnMax, EnumSet<PageType> types)
            throws IOException {
        byte[] bytes = tablespace.read();
        TablespaceHeader header = Tablespace.header(bytes, tablespace.file());
        int pageBytes = header.pageSize().physicalBytes();
        assertThat(Tablespace.suspects(bytes, tablespace.file())).isEmpty();
        for (int at = 0; at < bytes.length; at += pageBytes) {
            PageHeader page = PageHeader.decode(bytes, at);
            types.add(PageType.of(page.type()));
            if (page.lsn() == 0) {
                continue;
            }
            assertThat(page.pageNumber()).isEqualTo(at / pageBytes);
            assertThat(page.spaceId()).isEqualTo(header.spaceId());
            assertThat(page.lsn()).isEqualTo(PageHeader.lsn(bytes, at)).isBetween(1L, lsnMax);
        }
        if (header.flags().hasSdi()) {
            int root = (int) header.sdiRoot() * pageBytes;
            int type = PageHeader.decode(bytes, root).type();
            boolean isPacked = type == PageType.PACKED.number();
            assertThat(isPacked || type == PageType.SDI.number()).isTrue();
        }
    }

    private static void checkFlips(Tablespace tablespace, RandomGenerator random, Path scratch)
            throws IOException, InterruptedException {
        byte[] bytes = tablespace.read();
        PageSize size = Tablespace.header(bytes, tablespace.file()).pageSize();
        int pageBytes = size.physicalBytes();
        List<Integer> used = new ArrayList<>();
        for (int at = pageBytes; at < bytes.length; at += pageBytes) {
            boolean isOldDoublewrite =
                    tablespace.id() == SpaceId.SYSTEM && size.isOldDoublewrite(at / pageBytes);
            if (PageHeader.lsn(bytes, at) != 0 && !isOldDoublewrite) {
                used.add(at);
            }
        }
        try (var verifier = new PageVerifier(size, false)) {
            for (int round = 0; round < FLIPS_PER_FILE; round++) {
                int page = used.get(random.nextInt(used.size()));
                int within = random.nextInt(random.nextBoolean() ? PageHeader.BYTES : pageBytes);
                if (isCompressedLength(bytes, page, within)) {
                    continue;
                }
                int bit = 1 << random.nextInt(8);
                bytes[page + within] ^= (byte) bit;
                Files.write(scratch, bytes);
                PageVerdict verdict = verifier.verify(bytes, page);
                assertThat(!verdict.isSuspect())
                        .as(
                                "%s page %d byte %d ^ %d: %s",
                                tablespace.file(), page / pageBytes, within, bit, verdict)
                        .isEqualTo(Innochecksum.isPageWhole(scratch, page / pageBytes));
                bytes[page + within] ^= (byte) bit;
            }
        }
    }

    /// Whether a byte says how long the compressed part of a page is, which the server does not
    /// hold against the page's end, nor look at if it is LZ4. We do.
    private static boolean isCompressedLength(byte[] bytes, int page, int within) {
        boolean isPacked = PageHeader.decode(bytes, page).type() == PageType.PACKED.number();
        return isPacked && (within == 32 || within == 33);
    }

    private static void checkOldChecksums(List<Tablespace> tablespaces, Path scratch)
            throws IOException, InterruptedException {
        Map<PageChecksum, String> algorithms = new EnumMap<>(PageChecksum.class);
        algorithms.put(PageChecksum.INNODB, "innodb");
        algorithms.put(PageChecksum.NONE, "none");
        for (Tablespace tablespace : tablespaces) {
            String name = tablespace.file().getFileName().toString();
            if (!name.startsWith("t_") && !name.startsWith("zip_")) {
                continue;
            }
            for (var algorithm : algorithms.entrySet()) {
                Files.write(scratch, tablespace.read());
                Innochecksum.rewrite(scratch, algorithm.getValue());
                byte[] bytes = Files.readAllBytes(scratch);
                PageSize size = Tablespace.header(bytes, scratch).pageSize();
                try (var verifier = new PageVerifier(size, false)) {
                    for (int at = 0; at < bytes.length; at += size.physicalBytes()) {
                        assertThat(verifier.verify(bytes, at))
                                .as("%s, %s, offset %d", name, algorithm, at)
                                .isIn(
                                        new PageVerdict.Zero(),
                                        new PageVerdict.Whole(algorithm.getKey()));
                    }
                }
            }
        }
    }
}
