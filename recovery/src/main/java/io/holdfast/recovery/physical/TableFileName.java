package io.holdfast.recovery.physical;

import io.holdfast.core.FileNameLetters;
import io.holdfast.core.TableName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the files of a table's own tablespaces can be called.
///
/// Of a letter that the server writes as `@` and two characters out of tables of its own
/// ([FileNameLetters]), any two will do, so that several tables may fit a name. A device's name,
/// such as `con`, has `@@@` behind it; `#p#` begins a partition's name.
final class TableFileName {
    private final Pattern paths;

    TableFileName(TableName table) {
        this.paths =
                Pattern.compile(
                        "("
                                + pattern(table.schema())
                                + "/"
                                + pattern(table.table())
                                + ")(?:#[pP]#.*)?\\.ibd");
    }

    /// A table's or schema's part of a path that is this one's; null if the path is another's.
    ///
    /// @param path relative to the data directory
    @Nullable String stem(String path) {
        Matcher matcher = paths.matcher(path);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static String pattern(String name) {
        var pattern = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            String written = FileNameLetters.written(c);
            if (written == null) {
                pattern.append("(?:@[0-\\x7f]{2}|").append(FileNameLetters.inHex(c)).append(')');
            } else {
                pattern.append(written);
            }
        }
        return pattern.append("(?:@@@)?").toString();
    }
}
