package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A statement, or a server's answer, as exact bytes. They are mostly, but not always, UTF-8: a
/// routine's body is in the character set of the client that created it.
///
/// @param sql the bytes as text if they are valid UTF-8, else null
/// @param base64 the bytes if they are not, else null
public record SqlText(@Nullable String sql, @Nullable String base64) {
    public SqlText {
        if ((sql == null) == (base64 == null)) {
            throw new IllegalArgumentException("exactly one of sql and base64 is given");
        }
    }

    public static SqlText of(String sql) {
        return new SqlText(sql, null);
    }

    public static SqlText of(byte[] bytes) {
        try {
            return new SqlText(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
                    null);
        } catch (CharacterCodingException _) {
            return new SqlText(null, Base64.getEncoder().encodeToString(bytes));
        }
    }

    /// The bytes to send to the server, or to compare with what it answers.
    @JsonIgnore
    public byte[] bytes() {
        if (sql != null) {
            return sql.getBytes(StandardCharsets.UTF_8);
        }
        return base64 == null ? new byte[0] : Base64.getDecoder().decode(base64);
    }

    /// The text for people; bytes that are not UTF-8 are shown as Latin-1.
    @JsonIgnore
    public String readable() {
        return sql != null ? sql : new String(bytes(), StandardCharsets.ISO_8859_1);
    }
}
