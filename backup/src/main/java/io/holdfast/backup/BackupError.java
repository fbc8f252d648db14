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
            "Tables of engines without transactions (MyISAM, ARCHIVE, CSV) are too large to be read under a lock. No"
                    + " backup was made, because their rows would be of another moment than the rest."),
    SERVER_TOO_BUSY_TO_LOCK(
            "The moment at which all reading threads begin needs a lock that was not to be had within a second,"
                    + " however often it was tried. No writer was held up for longer than that, and no backup was made."),
    SCHEMA_CHANGED(
            "Tables were created, altered or dropped while the backup read them, however often it began anew. No"
                    + " backup was made, because tables of two moments are never mixed."),
    BACKUP_LOCK_LOST(
            "The server's backup lock was over, or its session ended, before the whole schema was read. No backup was"
                    + " made, because nothing vouches for the schema any more.");

    private final String meaning;

    BackupError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
