package io.holdfast.core;

/// The stable name of one kind of failure. Each module has an enum of its own that implements this;
/// the constant's name is the code that users see (`TARGET_TIME_NOT_COVERED`). A code is never
/// reused for another meaning.
///
/// `docs/errors.md` is generated from these enums, so the meaning is written where the code is
/// born.
public interface ErrorCode {
    /// The code as it is printed and documented: upper case with underscores.
    String name();

    /// One or two sentences for `docs/errors.md`: when this happens and what it means for the
    /// user's data.
    String meaning();
}
