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
    JOURNAL_UNKNOWN(
            "A file in the journal folder is not a journal segment that this Holdfast can read.");

    private final String meaning;

    BackupError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
