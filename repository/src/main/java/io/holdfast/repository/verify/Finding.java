package io.holdfast.repository.verify;

import io.holdfast.core.Problem;
import io.holdfast.store.ObjectKey;

/// Something that is not as it was written.
public record Finding(ObjectKey object, Problem problem) {}
