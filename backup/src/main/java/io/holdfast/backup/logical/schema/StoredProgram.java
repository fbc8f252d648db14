package io.holdfast.backup.logical.schema;

import io.holdfast.client.Session;
import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/// The text of a routine, trigger or event, ready to be sent to a server again.
///
/// A server shows such a text in two character sets at once: the body as the client that created it
/// sent it, and the head (definer, name, comment) in UTF-8. Sent back as it is, a head that is not
/// ASCII would be read as the client's character set. So where that is not UTF-8, the head is
/// converted by the server into it.
///
/// @param notes what could not be kept
record StoredProgram(SqlText statement, List<String> notes) {
    private static final Set<String> UTF8 = Set.of("utf8mb4", "utf8mb3", "utf8", "binary", "ascii");

    static StoredProgram of(Session session, ShowText shown, String name, String title) {
        String text = shown.text().readable();
        if (!text.startsWith("CREATE DEFINER=")) {
            throw UnknownKind.of("this form of CREATE", title);
        }
        String charset = shown.row().string("character_set_client");
        byte[] bytes = shown.row().bytes(shown.column());
        if (UTF8.contains(charset) || isAscii(bytes)) {
            return new StoredProgram(shown.text(), List.of());
        }
        return new HeadConversion(session, charset).convert(bytes, name);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte next : bytes) {
            if (next < 0) {
                return false;
            }
        }
        return true;
    }

    static StoredProgram ofBytes(byte[] bytes, List<String> notes) {
        return new StoredProgram(SqlText.of(bytes), notes);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
