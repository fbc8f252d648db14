package io.holdfast.backup.logical.schema;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;

/// The refusal to make a backup that would leave something out without anybody noticing.
final class UnknownKind {
    private UnknownKind() {}

    /// @param what what was seen, as `table type "SEQUENCE"`
    /// @param name the object's name
    static RefusedException of(String what, String name) {
        return new RefusedException(
                Problem.of(BackupError.OBJECT_KIND_UNKNOWN)
                        .what("%s is not a kind that this Holdfast can back up", what)
                        .where("%s", name)
                        .remedy(
                                "Use a newer Holdfast, or drop the object; nothing was backed up,"
                                        + " because a backup without it would not be whole."));
    }
}
