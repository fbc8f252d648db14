package io.holdfast.core;

/// The failures that [ByteCursor] and the values of this package report.
public enum CoreError implements ErrorCode {
    BYTES_TRUNCATED(
            "A structure ends before its last field. The object named in `where` was cut short or is damaged;"
                    + " nothing was taken from it."),
    BYTES_IMPOSSIBLE(
            "A field holds a value that the format does not allow. The object named in `where` is damaged or was"
                    + " written by something newer than this Holdfast."),
    GTID_SET_MALFORMED(
            "A text is not a GTID set as MySQL prints it, such as `3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5`."),
    BINLOG_POSITION_MALFORMED(
            "A text is not a binary-log position, such as `binlog.000043:892140`."),
    INTERRUPTED("The work was stopped by Ctrl-C or a signal. What it had begun was cleaned up.");

    private final String meaning;

    CoreError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
