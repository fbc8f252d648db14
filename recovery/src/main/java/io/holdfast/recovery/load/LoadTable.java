package io.holdfast.recovery.load;

import io.holdfast.core.TableName;
import io.holdfast.repository.logical.TableContent;

/// A table that exists on the target and waits for its rows: the statements for them, and nothing
/// else, because a server may have a million tables.
///
/// @param loadSql the LOAD DATA statement
/// @param selectSql reads all rows as the backup holds them
record LoadTable(TableName name, int columnCount, String loadSql, String selectSql) {
    static LoadTable of(TableName name, TableContent content) {
        return new LoadTable(
                name,
                content.columns().size(),
                "LOAD DATA LOCAL INFILE 'rows' INTO TABLE "
                        + name.quoted()
                        + " CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
                        + " LINES TERMINATED BY '\\n' "
                        + content.loadTargets(),
                content.select(name, null));
    }
}
