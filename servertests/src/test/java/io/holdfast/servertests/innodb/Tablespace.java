package io.holdfast.servertests.innodb;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.innodb.TablespaceHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tablespace file of a test server, with what the server says of it.
record Tablespace(
        long id, Path file, long flag, long pageBytes, long zipBytes, String serverVersion) {

    /// Every tablespace that a backup takes: all but the temporary one.
    static List<Tablespace> all(Session session, Path dataFolder) {
        Rows rows =
                session.query(
                        """
                        SELECT f.FILE_ID, f.FILE_NAME, t.FLAG, t.PAGE_SIZE, t.ZIP_PAGE_SIZE, t.SERVER_VERSION
                        FROM information_schema.FILES f
                        LEFT JOIN information_schema.INNODB_TABLESPACES t ON t.SPACE = f.FILE_ID
                        WHERE f.ENGINE = 'InnoDB' AND f.TABLESPACE_NAME <> 'innodb_temporary'
                        """);
        var found = new ArrayList<Tablespace>();
        for (Rows.Row row : rows) {
            boolean isKnown = !row.isNull(2);
            found.add(
                    new Tablespace(
                            row.integer(0),
                            dataFolder.resolve(row.string(1)).normalize(),
                            isKnown ? row.integer(2) : -1,
                            isKnown ? row.integer(3) : -1,
                            isKnown ? row.integer(4) : -1,
                            isKnown ? row.string(5) : ""));
        }
        return found;
    }

    byte[] read() throws IOException {
        return Files.readAllBytes(file);
    }

    static TablespaceHeader header(byte[] bytes, Path file) {
        int byteCount = Math.min(bytes.length, TablespaceHeader.BYTES_MAX);
        return TablespaceHeader.decode(bytes, byteCount, file.toString());
    }

    /// The numbers of pages that are suspect.
    static List<String> suspects(byte[] bytes, Path file) {
        TablespaceHeader header = header(bytes, file);
        int pageBytes = header.pageSize().physicalBytes();
        var suspects = new ArrayList<String>();
        try (var verifier = new PageVerifier(header.pageSize(), header.mayHoldEncryptedPages())) {
            for (int at = 0; at + pageBytes <= bytes.length; at += pageBytes) {
                PageVerdict verdict = verifier.verify(bytes, at);
                if (verdict.isSuspect()) {
                    suspects.add(file + " page " + at / pageBytes + ": " + verdict.describe());
                }
            }
        }
        return suspects;
    }
}
