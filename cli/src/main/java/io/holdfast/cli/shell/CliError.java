package io.holdfast.cli.shell;

import io.holdfast.core.ErrorCode;

/// The failures of arguments.
public enum CliError implements ErrorCode {
    ARGUMENTS_NOT_UNDERSTOOD(
            "The command line names an option or a verb that does not exist, leaves out one that is needed, or gives"
                    + " a value that cannot be meant. Nothing was done."),
    REPOSITORY_NOT_NAMED(
            "The verb needs a repository, and neither `--repo` nor the configuration file names one."),
    SERVER_NOT_NAMED(
            "The verb needs a server, and `--server` names none while the configuration file has none, or several."),
    SERVER_UNKNOWN(
            "The name given with `--server` is neither in the configuration file nor a lab server nor a URL."),
    HISTORY_NOT_NAMED(
            "The verb needs one history of the archive, and the repository has none, several, or none of that id."),
    DEMO_DIFFERENT(
            "The demo's recovered database is not what was there just before the table was dropped. This is a fault of"
                    + " Holdfast."),
    DEMO_STUCK(
            "The demo could not go on: a server or the archive did not get ready in time, or there is no room for it."),
    BUG(
            "Holdfast itself made an error. What it had begun was cleaned up as far as possible; the trace says where.");

    private final String meaning;

    CliError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
