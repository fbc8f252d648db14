package io.holdfast.recovery.error;

import io.holdfast.core.ErrorCode;

/// The failures of bringing a server back.
public enum RecoveryError implements ErrorCode {
    MOMENT_MALFORMED(
            "A text is none of the ways to name a moment: `latest`, `gtid:UUID:N`, `before:UUID:N`, `FILE:OFFSET`, a"
                    + " time with its zone, or `before-statement:'…'`."),
    MOMENT_WITHOUT_ZONE(
            "A time was given without its zone. Servers, logs and people live in different zones, and an hour's"
                    + " mistake here loses or keeps the wrong transactions, so Holdfast does not guess."),
    MOMENT_AMBIGUOUS(
            "More than one place in the archive answers to the moment. They are listed; nothing was done."),
    MOMENT_INSIDE_TRANSACTION(
            "The position lies inside a transaction. A server can only stand between two transactions."),
    MOMENT_NOT_FOUND("No transaction in the archive answers to the moment. Nothing was done."),
    TARGET_TIME_NOT_COVERED("The moment lies outside of what the archive holds. Nothing was done."),
    ARCHIVE_GAP(
            "Between the backup and the moment the archive lacks transactions; the missing interval is named. A"
                    + " server without them would be neither the old one nor a known one, so nothing was done."),
    NO_BACKUP_BEFORE_MOMENT(
            "The repository has no usable backup from before the moment. Nothing was done."),
    HISTORY_AMBIGUOUS(
            "The repository holds the histories of several servers, and the moment does not say which is meant."),
    HISTORY_FORKED(
            "Two histories that follow each other disagree about what was executed. To go on through them would"
                    + " invent a server that never was."),
    HISTORY_MIXES_GTIDS(
            "The range to replay holds transactions with and without GTIDs. Auto-position cannot carry them; a"
                    + " moment before the change of `gtid_mode`, or a newer backup, can be recovered."),
    MYSQLD_TOO_OLD(
            "The mysqld at hand is older than the server whose log is to be replayed. It might misread events"
                    + " without saying so; nothing was done."),
    MYSQLD_NOT_SAME_VERSION(
            "A physical backup is the files of one version of MySQL, and only a mysqld of exactly that version makes"
                    + " them one moment by its crash recovery. Nothing was done."),
    BACKUP_FILE_DAMAGED(
            "A file of a physical backup cannot be brought back as it was: a block, a page, a map or a piece of the"
                    + " redo log is not what was written. Backup, file and pages are named; nothing was handed over."),
    CRASH_RECOVERY_DIFFERENT(
            "The crash recovery of a physical backup did not begin or end where the backup says, reported an error, or"
                    + " came to other transactions than the backup holds. The folder is not finished and must not be"
                    + " used."),
    TARGET_NOT_EMPTY(
            "The folder or server to restore into already holds something. Holdfast never overwrites a server."),
    DELTA_REFUSED(
            "The folder cannot be made that of the backup by rewriting what differs: it is no data directory of the"
                    + " backup's server, not all of its files lie in it, or a server runs on it. Nothing was changed."),
    TARGET_SPACE_SHORT(
            "The disk of the target folder has less free space than the backup and the log to replay need."),
    TARGET_UNWRITABLE("The target folder cannot be read or written: permissions, or its disk."),
    CONTINUE_REFUSED(
            "The folder cannot be continued: it has no marker of a recovery that was ever finished, the server in it"
                    + " runs, or it has executed transactions of its own since."),
    CONTINUE_BACKWARDS(
            "The moment lies before the one that the folder already stands at. A server cannot be rolled back by"
                    + " replay; recover into a new folder instead."),
    APPLIER_STOPPED(
            "The restored server could not apply a transaction of the archive. The GTID, the server's own error and"
                    + " the command that leaves the transaction out are shown. A new folder is removed; one that was"
                    + " continued keeps what was applied, and can be continued."),
    REPLAY_STALLED(
            "The restored server has applied nothing for a long time although transactions wait. It was stopped."),
    REPLAY_DIFFERENT(
            "After the replay the server's executed GTID set is not exactly the expected one. The folder is not"
                    + " finished and must not be used."),
    TABLE_DAMAGED("The restored server's CHECK TABLE found damage. The folder is not finished."),
    EVENT_CHANGED(
            "Putting an event's status right changed more than its status. The folder is not finished."),
    KEYRING_NEEDED(
            "Files of the backup are encrypted, and the mysqld that is to take them over loads no keyring. Nothing was"
                    + " done."),
    BACKUP_NOT_USABLE(
            "The backup is damaged, unfinished or of a kind that this command cannot restore."),
    SKIP_NOT_IN_RANGE(
            "A transaction that is to be skipped is not among those to be replayed. A mistyped GTID would restore"
                    + " the very damage that was to be left out, so nothing was done.");

    private final String meaning;

    RecoveryError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
