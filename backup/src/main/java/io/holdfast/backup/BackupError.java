package io.holdfast.backup;

import io.holdfast.core.ErrorCode;

/// The failures that backups and the archive report.
public enum BackupError implements ErrorCode {
    JOURNAL_IN_USE(
            "Another archiver holds the journal folder. Two archivers never share one: each would take the other's"
                    + " bytes for its own."),
    JOURNAL_UNWRITABLE(
            "The journal's file system refused a write or an fsync, most often because it is full. Nothing that was"
                    + " durable before is lost; the archiver resumes by itself once there is space."),
    JOURNAL_FULL(
            "The journal has reached its limit (`--journal-max`) because its parts could not be stored in the"
                    + " repository. Archiving pauses until they can."),
    JOURNAL_DAMAGED(
            "A journal segment that had been made durable fails its checksum. The disk lost or changed it. What"
                    + " the server still has is fetched again in a new history."),
    ARCHIVE_LOG_OFF("The server writes no binary log, so there is nothing to archive."),
    ARCHIVE_PRIVILEGE_MISSING("The user that archives may not do what a replica does."),
    ARCHIVE_EVENT_MISPLACED(
            "The server sent an event that does not follow on the last archived one. Nothing of it was kept; the"
                    + " archiver asks the server anew."),
    ARCHIVE_EVENT_TOO_LARGE(
            "The log holds an event of more than 1 GiB, and a server sends none so large to anybody who follows its log,"
                    + " whatever its `max_allowed_packet`: no replica can have that transaction, and neither can the"
                    + " archive. All before it is archived. `binlog_row_image=FULL` writes a changed row twice, so that"
                    + " values of half a GiB suffice."),
    ARCHIVE_LOG_DIFFERS(
            "The server's binary log is not the one that was archived. A new history begins; the old one stays"
                    + " recoverable up to its end."),
    ARCHIVE_PURGE_NEAR(
            "The server is about to purge binary logs that are not archived yet. Once they are gone there is a gap"
                    + " that only a new backup ends."),
    ARCHIVE_DEFINITIONS_MISSING(
            "The tables' definitions could not be read from the server. The log is archived all the same; without"
                    + " them, its rows have column numbers instead of names."),
    EXPORT_NOTHING("The archive has no file that was asked for."),
    EXPORT_EXISTS("A file that would be written is there already; nothing was overwritten."),
    EXPORT_UNWRITABLE(
            "The folder that files are exported to refused a write, most often because it is full."),
    JOURNAL_UNKNOWN(
            "A file in the journal folder is not a journal segment that this Holdfast can read."),
    OBJECT_KIND_UNKNOWN(
            "The server holds something of a kind that this Holdfast cannot back up. No backup was made, because one"
                    + " without it would not be whole."),
    PRIVILEGE_MISSING(
            "The account lacks a privilege that the backup needs. No backup was made, because a server hides what an"
                    + " account may not see."),
    TABLE_UNREADABLE("The server cannot open a table. No backup was made."),
    TABLE_WITHOUT_SNAPSHOT(
            "Tables of engines without transactions (MyISAM, ARCHIVE, CSV) are too large to be read under a lock, or"
                    + " there are any and the server is cloned over the network, which sends none. No"
                    + " backup was made, because their rows would be of another moment than the rest."),
    ROW_FILE_OF_NO_TABLE(
            "The data directory has a file of rows without transactions, and no table that the account sees is for it, so"
                    + " that it cannot be copied while nobody writes it. No backup was made."),
    ROWS_NOT_READ_ONCE(
            "The pieces in which a table was read do not have as many rows together as the table: the server's collation"
                    + " does not order the key's texts. No backup was made, because rows would be missing."),
    SERVER_TOO_BUSY_TO_LOCK(
            "The moment at which all reading threads begin, or at which tables without transactions are copied, needs a"
                    + " lock that was not to be had within a second, however often it was tried. No writer was held up"
                    + " for longer than that, and no backup was made."),
    SCHEMA_CHANGED(
            "Tables were created, altered or dropped while the backup read them, however often it began anew. No"
                    + " backup was made, because tables of two moments are never mixed."),
    BACKUP_LOCK_LOST(
            "The server's backup lock was over, or its session ended, before all was read that only this lock keeps"
                    + " still. No backup was made, because nothing vouches for it any more."),
    DDL_IN_THE_WAY(
            "A statement that changes the schema or an account ran for so long that the backup lock was not to be had."
                    + " No backup was made, and nothing waits for it any more."),
    DATA_DIRECTORY_UNREADABLE(
            "A physical backup copies the server's files, and they are not to be read from here: the server runs on"
                    + " another host, or they belong to another user. Nothing was copied."),
    DATA_DIRECTORY_OF_ANOTHER_SERVER(
            "The folder that the server names as its data directory belongs, on this machine, to another server."
                    + " Nothing was copied."),
    REDO_LOGGING_OFF(
            "The server changes its pages without redo, so that no copy of its files can be made consistent. No"
                    + " backup was made."),
    TABLESPACE_IMPORTED(
            "While a backup let DDL go on (`--reduced-lock`), a table's tablespace was discarded and another one imported"
                    + " under its number. A server that recovered from the backup would delete the imported file. No"
                    + " backup was made."),
    REDO_CONSUMER_TAKEN(
            "The server keeps its redo log for one reader at a time, and it has one already. No backup was made."),
    REDO_FOLLOWER_BEHIND(
            "The server wrote redo faster, for seconds on end, than it could be copied to where it is kept meanwhile, so"
                    + " that its writers would have waited for the backup. The server was told at once to keep it no"
                    + " longer, and no backup was made."),
    REDO_LOST(
            "The server's redo log could not be followed without a gap. The server was told at once to keep it no"
                    + " longer, and no backup was made."),
    REDO_SPOOL_FULL(
            "Redo, page maps or copies of tables without transactions did not fit, or could not be written, where they"
                    + " are kept while a backup runs (`--spool-dir`). The server was"
                    + " told at once to keep it no longer, so that it does not stall, and no backup was made."),
    PAGE_CORRUPT(
            "A page of a tablespace is not what its checksum says, however often it was read. The file is damaged on"
                    + " the server's own disk. No backup was made; those made earlier hold the page as it was."),
    BASE_REFUTED(
            "The backup that an incremental one was based on does not fit the server's files, cannot be read, or may"
                    + " soon be deleted. A full backup is taken instead, and one over the network goes on and stores"
                    + " all that is still to come; if it was seen at the very end, no backup was made."),
    REDO_ENCRYPTED(
            "The redo log is encrypted, which this Holdfast does not yet back up. No backup was made; a logical one"
                    + " reads the rows."),
    FILES_OF_ONE_NAME(
            "Two tablespace files lie outside of the data directory, or one there and one in it, and have the same"
                    + " name. A restore lays such files into the data directory, and could not tell them apart. No"
                    + " backup was made."),
    KEYRING_MISSING(
            "A tablespace is encrypted, and the server has no active keyring. The server itself could not open the"
                    + " file after its next start, and nobody could open a copy. No backup was made."),
    CLONE_PLUGIN_MISSING(
            "The server's clone plugin is not active, and without it nothing can be cloned over the network. Nothing"
                    + " was copied."),
    CLONE_ENCRYPTED(
            "A tablespace, the redo log or the undo log is encrypted, and such servers are not yet cloned over the network."
                    + " No backup was made; one on the server's host takes encrypted tablespaces as they are."),
    CLONE_WITHOUT_GTIDS(
            "The clone protocol does not say at which place of the binary log it ends. GTIDs say so themselves; the"
                    + " server keeps none. Nothing was copied."),
    CLONE_UNDER_WAY(
            "The server is being cloned already, by somebody else or by a backup whose connection broke, which it keeps"
                    + " for some minutes (`clone_donor_timeout_after_network_failure`). Nothing was copied."),
    CLONE_MOMENT_DIFFERENT(
            "The server that recovered from the clone has executed transactions that the original had not when the"
                    + " clone ended. The backup stays incomplete."),
    SCHEMA_FOLDER_UNKNOWN(
            "A schema without tables has a name that only the server itself can write as the name of a folder, and the"
                    + " clone protocol does not tell it. Without the folder nothing could be created in the schema."
                    + " No backup was made."),
    FILE_UNREADABLE(
            "A file of the server could not be read to its end, is missing, or became shorter. No backup was made.");

    private final String meaning;

    BackupError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
