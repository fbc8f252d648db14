package io.holdfast.core;

/// Where long work says how far it is. Engines call it; the command line draws it or leaves it out.
/// Implementations are thread-safe and cheap: a call per block of rows or bytes costs nothing that
/// matters.
public interface Progress {
    /// A total that is not known beforehand.
    long UNKNOWN = -1;

    /// Shows nothing.
    Progress NONE =
            new Progress() {
                @Override
                public void say(String line) {}

                @Override
                public Work begin(String title, Unit unit, long totalCount) {
                    return _ -> {};
                }
            };

    /// What is counted.
    enum Unit {
        BYTES,
        ROWS,
        TRANSACTIONS,
        TABLES,
        PARTS
    }

    /// One piece of work on its way. Closing it ends it, done or not.
    @FunctionalInterface
    interface Work extends AutoCloseable {
        /// Counts what was done since the last call.
        void advance(long count);

        @Override
        default void close() {}
    }

    /// Tells what happens now, in one line without a final stop.
    void say(String line);

    /// Begins a piece of work; several may be under way at once.
    ///
    /// @param title what is done, lower case: `copying rows`
    /// @param totalCount in `unit`, or [#UNKNOWN]
    Work begin(String title, Unit unit, long totalCount);
}
