package io.holdfast.backup.logical.schema;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Converts those quoted parts of a stored program's head that are UTF-8 into the character set of
/// the client that created it: definer, name, and a COMMENT.
///
/// The head is the text up to the name's end, and for a comment up to the comment's end. Names of
/// parameters are left as they are: the server keeps them in the client's character set.
final class HeadConversion {
    private final Session session;
    private final String charset;

    HeadConversion(Session session, String charset) {
        this.session = session;
        this.charset = charset;
    }

    StoredProgram convert(byte[] shown, String name) {
        // Latin-1 keeps each byte as one character, so that positions are positions of bytes.
        String text = new String(shown, StandardCharsets.ISO_8859_1);
        int endOfName = endOfName(text, name);
        int endOfHead = Math.max(endOfName, endOfComment(text, endOfName));
        var converted = new ByteArrayOutputStream();
        boolean isLossy = false;
        int at = 0;
        while (at < endOfHead) {
            char next = text.charAt(at);
            boolean quotes = next == '`' || next == '\'' || next == '"';
            int end = quotes ? QuotedSql.endOfQuotes(text, at) : at + 1;
            byte[] part = Arrays.copyOfRange(shown, at, end);
            if (quotes && isUtf8BeyondAscii(part)) {
                Rows.Row row =
                        session.query(
                                        "SELECT CONVERT(t USING "
                                                + charset
                                                + "), CONVERT(CONVERT(t USING "
                                                + charset
                                                + ") USING utf8mb4) = t FROM (SELECT "
                                                + SqlLiteral.hex("utf8mb4", part)
                                                + " COLLATE utf8mb4_bin AS t) x")
                                .only();
                isLossy |= row.integer(1) == 0;
                part = row.bytes(0);
            }
            converted.writeBytes(part);
            at = end;
        }
        converted.write(shown, endOfHead, shown.length - endOfHead);
        return StoredProgram.ofBytes(
                converted.toByteArray(),
                isLossy
                        ? List.of(
                                "its name, definer or comment cannot be written in "
                                        + charset
                                        + ", the character set it was created in")
                        : List.of());
    }

    private static int endOfName(String text, String name) {
        String latin = new String(StoredProgram.utf8(name), StandardCharsets.ISO_8859_1);
        for (String quoted :
                List.of(
                        "`" + latin.replace("`", "``") + "`",
                        "\"" + latin.replace("\"", "\"\"") + "\"")) {
            int at = text.indexOf(quoted);
            if (at >= 0) {
                return at + quoted.length();
            }
        }
        return 0;
    }

    /// The end of the COMMENT clause of an event, which stands right before DO, or of a routine, on
    /// a line of its own before the body; 0 if there is none.
    private static int endOfComment(String text, int from) {
        for (String clause : List.of("\n    COMMENT '", " COMMENT '")) {
            int at = text.indexOf(clause, from);
            if (at >= 0) {
                int end = QuotedSql.endOfQuotes(text, at + clause.length() - 1);
                boolean endsHead = text.startsWith("\n", end) || text.startsWith(" DO ", end);
                if (endsHead) {
                    return end;
                }
            }
        }
        return 0;
    }

    private static boolean isUtf8BeyondAscii(byte[] part) {
        boolean beyond = false;
        for (byte next : part) {
            beyond |= next < 0;
        }
        if (!beyond) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(part));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
