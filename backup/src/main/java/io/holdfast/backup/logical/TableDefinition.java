package io.holdfast.backup.logical;

import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A table's definition as SHOW CREATE TABLE tells it, without the counter that every insert moves.
final class TableDefinition {
    /// The first line of options is the one that begins with the closing parenthesis; lines of
    /// columns and keys are indented, and line feeds in comments are escaped.
    private static final Pattern COUNTER = Pattern.compile("(\n\\) [^\n]*?) AUTO_INCREMENT=\\d+");

    private TableDefinition() {}

    static byte[] withoutCounter(SqlText shown) {
        String latin = new String(shown.bytes(), StandardCharsets.ISO_8859_1);
        return COUNTER.matcher(latin).replaceFirst("$1").getBytes(StandardCharsets.ISO_8859_1);
    }
}
