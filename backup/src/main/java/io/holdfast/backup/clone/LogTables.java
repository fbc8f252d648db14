package io.holdfast.backup.clone;

import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StreamWriter;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.List;

/// The server's log tables, `mysql.general_log` and `mysql.slow_log`: of engine CSV, so that the
/// clone protocol does not send them. They are made as a new server has them, without rows; for
/// each table a file of no bytes with its rows, and one that describes it:
///
/// | offset | bytes | field   | meaning                                            |
/// |-------:|------:|---------|----------------------------------------------------|
/// |      0 |     1 | magic   | 0xFE                                               |
/// |      1 |     1 | version | 1                                                  |
/// |      2 |     8 | rows    | 0                                                  |
/// |     10 |    24 | -       | 0                                                  |
/// |     34 |     1 | isDirty | 0: it was closed in order                          |
///
/// Source: MySQL 9.7 `storage/csv/ha_tina.cc`, `write_meta_file`.
final class LogTables {
    private static final List<String> NAMES = List.of("mysql/general_log", "mysql/slow_log");
    private static final int DESCRIPTION_BYTES = 35;

    private LogTables() {}

    /// Adds their files to a backup.
    static void write(BackupWriter backup, JsonLines.Writer lines) {
        byte[] description = new byte[DESCRIPTION_BYTES];
        description[0] = (byte) 0xFE;
        description[1] = 1;
        for (String name : NAMES) {
            write(backup, lines, name + ".CSV", new byte[0]);
            write(backup, lines, name + ".CSM", description);
        }
    }

    private static void write(
            BackupWriter backup, JsonLines.Writer lines, String path, byte[] content) {
        try (StreamWriter out = backup.openStream()) {
            out.write(content);
            lines.write(new PhysicalFile.Other(path, out.finish()));
        }
    }
}
