package io.holdfast.core;

import com.google.errorprone.annotations.CheckReturnValue;
import com.google.errorprone.annotations.FormatMethod;

/// What went wrong, as a person needs to read it: what was seen and expected, where exactly, what
/// to do now.
///
/// @param code stable name, a section in `docs/errors.md`
/// @param what lower case, no final stop; observed first, then expected, with units
/// @param where the narrowest place: server, object, offset, page, GTID
/// @param remedy a command if one exists, else a check; empty only for interruptions
public record Problem(ErrorCode code, String what, String where, String remedy) {

    /// Starts the draft of a problem, whose parts are then named one by one.
    public static Draft of(ErrorCode code) {
        return new Draft(code, "", "");
    }

    /// Three lines, in the order a person asks the questions.
    public String render() {
        var lines = new StringBuilder(Text.format("error[%s]: %s", code.name(), what));
        if (!where.isEmpty()) {
            lines.append("\n  where: ").append(where);
        }
        if (!remedy.isEmpty()) {
            lines.append("\n  do:    ").append(remedy);
        }
        return lines.toString();
    }

    /// A problem that has no remedy yet.
    @CheckReturnValue
    public record Draft(ErrorCode code, String what, String where) {
        @FormatMethod
        public Draft what(String format, Object... args) {
            return new Draft(code, Text.format(format, args), where);
        }

        @FormatMethod
        public Draft where(String format, Object... args) {
            return new Draft(code, what, Text.format(format, args));
        }

        /// Completes the problem with what the user should do now.
        @FormatMethod
        public Problem remedy(String format, Object... args) {
            return new Problem(code, what, where, Text.format(format, args));
        }
    }
}
