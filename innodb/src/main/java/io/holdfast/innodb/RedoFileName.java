package io.holdfast.innodb;

import java.util.Optional;

/// The name of a file in `#innodb_redo`: `#ib_redo12`, or `#ib_redo13_tmp` for a spare one that
/// holds no log yet.
///
/// Source: MySQL 9.7 `storage/innobase/include/log0constants.h`, `LOG_FILE_BASE_NAME`;
/// `storage/innobase/log/log0files_io.cc`, `log_file_path_for_id`.
///
/// @param id consecutive in the order of the log
public record RedoFileName(long id, boolean isSpare) {
    public static final String FOLDER = "#innodb_redo";
    private static final String PREFIX = "#ib_redo";
    private static final String SPARE = "_tmp";
    private static final int DIGITS_MAX = 18;

    /// The name of the file with that id.
    public static String of(long id) {
        return PREFIX + id;
    }

    /// What a name says; empty if it is none of a redo log file.
    public static Optional<RedoFileName> parse(String name) {
        if (!name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        boolean isSpare = name.endsWith(SPARE);
        String digits =
                name.substring(PREFIX.length(), name.length() - (isSpare ? SPARE.length() : 0));
        boolean isNumber =
                !digits.isEmpty()
                        && digits.length() <= DIGITS_MAX
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber
                ? Optional.of(new RedoFileName(Long.parseLong(digits), isSpare))
                : Optional.empty();
    }
}
