package io.holdfast.mysqld;

import io.holdfast.core.ErrorCode;

/// The failures of finding, fetching and running mysqld.
public enum MysqldError implements ErrorCode {
    MYSQLD_NOT_FOUND(
            "The folder given as the MySQL home holds no mysqld. Holdfast looks for `bin/mysqld`, `sbin/mysqld` and"
                    + " `usr/sbin/mysqld` under it."),
    MYSQLD_UNUSABLE(
            "A mysqld was found, but it could not be run to ask for its version, or its answer was not understood."),
    MYSQLD_IS_MARIADB(
            "The mysqld that was found is a MariaDB. Its binary log, its GTIDs and its data dictionary differ from"
                    + " MySQL's, and Holdfast neither backs it up nor runs it."),
    MYSQL_VERSION_UNSUPPORTED(
            "The mysqld that was found is older than MySQL 8.0.30, the oldest that Holdfast works with."),
    MYSQL_FETCH_UNAVAILABLE(
            "No MySQL was found on this machine and none could be fetched: apt or dpkg is missing, the mirror could"
                    + " not be reached, a signature did not match, or there was no space. Nothing half-fetched was"
                    + " kept."),
    DATA_DIRECTORY_NOT_EMPTY(
            "A data directory is only ever initialised in a folder that is new or empty. Nothing was changed."),
    DATA_DIRECTORY_ABSENT(
            "A server was to be started on a folder that is not a MySQL data directory."),
    DATA_DIRECTORY_NOT_INITIALISED(
            "mysqld could not initialise a new data directory. What it had written was removed."),
    DATA_DIRECTORY_UNWRITABLE(
            "The folder of a server or of the cache could not be read or written."),
    MYSQLD_NOT_STARTED(
            "mysqld ended, or did not answer within its time, when it was started. The first errors of its log"
                    + " and the last are shown, and the log is kept. It does not run any more."),
    MYSQLD_NOT_STOPPED(
            "A mysqld did not end in the time it was given, not even when it was killed."),
    LAB_NAME_MALFORMED(
            "The name of a lab server is a letter, then letters, digits, `-` or `_`, 32 at most."),
    LAB_SERVER_UNKNOWN("There is no lab server of this name."),
    LAB_SERVER_RUNNING("The lab server of this name runs already; nothing was changed."),
    LAB_OPTION_REFUSED(
            "An option for a lab server is not of the form `--name=value`, or is one that the lab chooses itself."),
    LAB_PORT_TAKEN("Something on this machine already listens on the port that was asked for.");

    private final String meaning;

    MysqldError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
