package io.holdfast.client;

import io.holdfast.core.ErrorCode;

/// The failures of connecting to a server and talking to it.
public enum ClientError implements ErrorCode {
    SERVER_UNREACHABLE(
            "No connection to the server came about: nothing listens there, a network does not answer, or the Unix"
                    + " socket does not exist."),
    SERVER_GONE(
            "The connection to the server broke or was closed. Whether a statement that was under way took effect is"
                    + " not known."),
    SERVER_SILENT(
            "The server did not answer within the time that was allowed for it. The connection was closed."),
    SERVER_BUSY(
            "The server has no connection left or is shutting down. Trying again later may succeed."),
    SESSION_ABORTED(
            "The session was closed by Holdfast itself from another thread, while it waited for the server."),
    ACCESS_DENIED(
            "The server does not let this user in: the password is wrong, or no account fits the user and the machine"
                    + " one connects from."),
    SERVER_IS_MARIADB(
            "The server is a MariaDB. Its binary log, its GTIDs and its data dictionary differ from MySQL's, and what"
                    + " Holdfast would read from it might be wrong without a word. No password was sent."),
    SERVER_TOO_OLD(
            "The server is older than MySQL 8.0.30, the oldest that Holdfast works with. No password was sent."),
    AUTH_METHOD_UNSUPPORTED(
            "The account uses an authentication method that Holdfast does not speak. It speaks caching_sha2_password"
                    + " and mysql_native_password."),
    TLS_NOT_OFFERED(
            "The server offers no TLS, but the TLS mode asks for it. Nothing secret was sent."),
    TLS_FAILED(
            "The TLS handshake did not succeed, in most cases because the server's certificate could not be verified."
                    + " Nothing secret was sent."),
    TLS_FILE_UNREADABLE("A certificate or key file cannot be used."),
    LOCAL_FILE_NOT_ASKED(
            "The server asked for a file of this machine although no LOAD DATA LOCAL was under way. Nothing was sent,"
                    + " and the connection was closed: such a server cannot be trusted."),
    RESULT_TOO_LARGE(
            "A result that has to be held in memory is larger than allowed. The connection was closed."),
    OPTION_FILE_MALFORMED("A MySQL option file has a line that cannot be read."),
    OPTION_FILE_UNREADABLE("A MySQL option file that was named cannot be read."),
    OPTION_VALUE_UNKNOWN("An option in a MySQL option file has a value that it cannot have.");

    private final String meaning;

    ClientError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
