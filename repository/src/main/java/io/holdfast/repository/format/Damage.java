package io.holdfast.repository.format;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.store.ObjectKey;

/// The failures that reading an object can end in.
final class Damage {
    private Damage() {}

    @FormatMethod
    static CorruptDataException at(ObjectKey key, long offset, String format, Object... args) {
        return new CorruptDataException(
                Problem.of(RepositoryError.OBJECT_DAMAGED)
                        .what("%s", Text.format(format, args))
                        .where("object %s at offset %d", key, offset)
                        .remedy(
                                "Run 'holdfast verify' to see what else is damaged, and take the object from a copy of"
                                        + " the repository."));
    }

    static CorruptDataException misplaced(ObjectKey key) {
        return new CorruptDataException(
                Problem.of(RepositoryError.OBJECT_MISPLACED)
                        .what("object was written under another key or in another repository")
                        .where("object %s", key)
                        .remedy(
                                "Put back the object that belongs there; look for renamed or copied files."));
    }

    @FormatMethod
    static RefusedException tooNew(ObjectKey key, String format, Object... args) {
        return new RefusedException(
                Problem.of(RepositoryError.FORMAT_TOO_NEW)
                        .what("%s", Text.format(format, args))
                        .where("object %s", key)
                        .remedy("Use the Holdfast that wrote it, or a newer one."));
    }
}
