package io.holdfast.servertests.innodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Session;
import io.holdfast.innodb.EncryptionRecord;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageType;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.TablespaceHeader;
import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Goal: what is encrypted is known as such, with the key that it needs, and nothing else is.
final class EncryptedFilesTest {
    @Test
    void encryptedFilesNameTheirKey() throws Exception {
        try (var server = TestServer.startWithKeyring("--innodb-redo-log-capacity=8M");
                Session session = Sql.root(server)) {
            session.execute("SET GLOBAL innodb_undo_log_encrypt = ON");
            session.execute("SET GLOBAL innodb_redo_log_encrypt = ON");
            session.execute("CREATE DATABASE d");
            session.execute("USE d");
            makeTable(session, "clear", "ENCRYPTION='N'");
            makeTable(session, "sealed", "ENCRYPTION='Y'");
            makeTable(session, "packed", "ENCRYPTION='Y' COMPRESSION='zlib'");
            makeTable(session, "zip", "ENCRYPTION='Y' ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4");
            session.execute(
                    "CREATE TABLE places (p POINT NOT NULL SRID 0, SPATIAL INDEX (p)) ENCRYPTION='Y'");
            session.execute("INSERT INTO places SELECT POINT(a, a) FROM clear");
            session.execute("ALTER INSTANCE ROTATE INNODB MASTER KEY");
            Sql.sharpCheckpoint(session);

            var key = new EncryptionRecord(3, 2, Sql.text(session, "@@server_uuid"));
            var types = EnumSet.noneOf(PageType.class);
            for (Tablespace tablespace : Tablespace.all(session, server.dataFolder())) {
                check(tablespace, key, types);
            }
            assertThat(types)
                    .containsExactlyInAnyOrder(
                            PageType.ENCRYPTED,
                            PageType.PACKED_AND_ENCRYPTED,
                            PageType.ENCRYPTED_RTREE);
            checkRedo(server, session, key);
        }
    }

    private static void makeTable(Session session, String name, String options) {
        session.execute("CREATE TABLE " + name + " (a INT PRIMARY KEY, b VARCHAR(300)) " + options);
        Sql.fill(session, name);
    }

    private static void check(Tablespace tablespace, EncryptionRecord key, EnumSet<PageType> types)
            throws IOException {
        byte[] bytes = tablespace.read();
        TablespaceHeader header = Tablespace.header(bytes, tablespace.file());
        String name = Objects.requireNonNull(tablespace.file().getFileName()).toString();
        boolean isEncrypted =
                name.startsWith("undo_")
                        || List.of("sealed.ibd", "packed.ibd", "zip.ibd", "places.ibd")
                                .contains(name);
        assertThat(header.mayHoldEncryptedPages()).as("%s", name).isEqualTo(isEncrypted);
        assertThat(header.encryption()).isEqualTo(isEncrypted ? key : null);
        int pageBytes = header.pageSize().physicalBytes();
        try (var verifier = new PageVerifier(header.pageSize(), header.mayHoldEncryptedPages())) {
            for (int at = 0; at < bytes.length; at += pageBytes) {
                PageVerdict verdict = verifier.verify(bytes, at);
                assertThat(verdict.isSuspect()).as("%s at %d: %s", name, at, verdict).isFalse();
                if (verdict instanceof PageVerdict.Encrypted) {
                    types.add(PageType.of(PageHeader.decode(bytes, at).type()));
                    assertThat(PageHeader.pageNumber(bytes, at)).isEqualTo(at / pageBytes);
                }
            }
        }
    }

    /// The record is in some of the files only: those that were the first and the last when
    /// encryption began or the key changed.
    private static void checkRedo(TestServer server, Session session, EncryptionRecord key)
            throws IOException {
        RedoLog log = RedoLog.readWhenStill(server, session);
        assertThat(log.parts().values())
                .extracting(part -> part.start().encryption())
                .contains(key);
        assertThat(log.from(log.checkpointLsn()).last().hasEncrypted()).isTrue();
    }
}
