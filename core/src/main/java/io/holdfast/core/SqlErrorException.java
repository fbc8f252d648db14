package io.holdfast.core;

/// A server answered a statement with an error. Who knows what the number means in its place turns
/// it into a better problem; otherwise it ends the command. Exit status 4.
public final class SqlErrorException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final int number;
    private final String sqlState;
    private final String serverMessage;

    /// @param number the server's error number, as `1045`
    /// @param sqlState five characters, as `28000`; `HY000` if the server sent none
    /// @param serverMessage the server's own words, bounded by [Limits#TEXT_BYTES_MAX]
    public SqlErrorException(Problem problem, int number, String sqlState, String serverMessage) {
        super(problem, null);
        this.number = number;
        this.sqlState = sqlState;
        this.serverMessage = serverMessage;
    }

    public int number() {
        return number;
    }

    public String sqlState() {
        return sqlState;
    }

    public String serverMessage() {
        return serverMessage;
    }
}
