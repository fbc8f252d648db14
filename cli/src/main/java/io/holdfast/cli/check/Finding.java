package io.holdfast.cli.check;

/// One thing about a server that matters for its protection.
///
/// @param subject a word or two: `binlog_format`, `grants for archive`
/// @param what what was seen
/// @param means what follows from it
/// @param remedy exact SQL or the line for the option file; empty if nothing is to be done
public record Finding(Level level, String subject, String what, String means, String remedy) {

    /// How much it matters.
    public enum Level {
        /// As it should be.
        GOOD,
        /// Worth knowing.
        NOTE,
        /// Protection works, but something may be lost, slow or refused.
        WARNING,
        /// Protection is impossible until this is mended.
        BLOCKER
    }

    static Finding good(String subject, String what) {
        return new Finding(Level.GOOD, subject, what, "", "");
    }
}
