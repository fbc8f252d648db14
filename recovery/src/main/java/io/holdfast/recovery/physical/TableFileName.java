package io.holdfast.recovery.physical;

import io.holdfast.core.FileNameLetters;
import io.holdfast.core.TableName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the files of a table's own tablespaces can be called.
///
/// Several tables may fit a name, because only the server can read some letters
/// ([FileNameLetters#pattern]). `#p#` begins a partition's name.
final class TableFileName {
    private final Pattern paths;

    TableFileName(TableName table) {
        this.paths =
                Pattern.compile(
                        "("
                                + FileNameLetters.pattern(table.schema())
                                + "/"
                                + FileNameLetters.pattern(table.table())
                                + ")(?:#[pP]#.*)?\\.ibd");
    }

    /// A table's or schema's part of a path that is this one's; null if the path is another's.
    ///
    /// @param path relative to the data directory
    @Nullable String stem(String path) {
        Matcher matcher = paths.matcher(path);
        return matcher.matches() ? matcher.group(1) : null;
    }
}
