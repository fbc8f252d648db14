package io.holdfast.store;

import io.holdfast.core.ErrorCode;

/// The failures of object stores.
public enum StoreError implements ErrorCode {
    STORE_FULL(
            "The place that holds the repository has no space or no quota left. What was being written was removed"
                    + " again; everything stored before is untouched."),
    STORE_UNAVAILABLE(
            "The store could not read or write just now: an I/O error, a missing permission, a folder that is not"
                    + " there. Objects stored before are untouched."),
    OBJECT_MISSING(
            "An object that something else names is not in the store. It was deleted behind Holdfast's back, or the"
                    + " repository was copied only in part."),
    OBJECT_TRUNCATED(
            "An object is shorter than the range that was asked of it. It was cut short or replaced.");

    private final String meaning;

    StoreError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
