package io.holdfast.recovery.load;

import io.holdfast.core.ErrorCode;

/// The failures of loading a logical backup.
public enum LoadError implements ErrorCode {
    ROWS_DAMAGED(
            "Rows of a backup do not have the form that rows have, although the repository gave back the bytes that"
                    + " were written. Nothing of the table can be trusted."),
    ROWS_DIFFERENT(
            "A table was loaded and read again, and its rows are not those of the backup: their count or their hash"
                    + " differs. The server that was loaded must not be used."),
    OBJECTS_DIFFERENT(
            "Objects were created and asked for again, and the server describes them otherwise than the original"
                    + " did. The rows are as they were."),
    OBJECT_NOT_CREATED(
            "The server refused a statement that creates an object of the backup. The load stopped there; an empty"
                    + " server is left unfinished, one that takes a single table is as it was."),
    LOAD_TARGET_NOT_EMPTY(
            "The server to load into already has databases, or has executed transactions of its own. A load would"
                    + " mix two servers, so nothing was done."),
    LOAD_TARGET_UNFIT(
            "The server to load into lacks a setting, a privilege or a schema that the load needs. Nothing was done."),
    TABLE_EXISTS(
            "The server to bring one table back to has a table or a trigger of that name. It was not touched."),
    BACKUP_INCOMPLETE(
            "A backup's list of chunks does not fit its list of tables. Nothing after that place was loaded.");

    private final String meaning;

    LoadError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
