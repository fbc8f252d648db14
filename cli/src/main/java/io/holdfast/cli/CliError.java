package io.holdfast.cli;

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
