package io.holdfast.cli.config;

import io.holdfast.core.ErrorCode;

/// The failures of the configuration file and of servers' URLs.
public enum ConfigurationError implements ErrorCode {
    CONFIGURATION_UNREADABLE(
            "The configuration file that was named does not exist or could not be read. Nothing was done."),
    CONFIGURATION_WRONG(
            "The configuration file has errors; all of them are listed, each with its line. Nothing was done."),
    SERVER_URL_MALFORMED(
            "A server's URL is `mysql://user@host:port` or `unix:/path/to/socket`, and never holds a password."),
    TLS_MODE_UNKNOWN(
            "`tls:` of a server is `disabled`, `encrypt-only`, `verify-ca` or `verify-identity`. No connection was tried."),
    REPOSITORY_URL_UNKNOWN(
            "A repository is a folder of this machine, named by its path or a `file:` URL; other kinds of store are not known to this version.");

    private final String meaning;

    ConfigurationError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
