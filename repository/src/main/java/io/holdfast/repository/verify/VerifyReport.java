package io.holdfast.repository.verify;

import java.util.List;

/// What a verification has read and found.
///
/// @param objects how many were read
/// @param bytes of them in the store
/// @param strangers keys of objects that are none of the format's; they are in nobody's way
/// @param garbage packs that no backup names: of a backup that is under way or has failed
public record VerifyReport(
        long objects,
        long bytes,
        List<Finding> findings,
        List<String> strangers,
        List<String> garbage) {
    /// Copies the lists.
    public VerifyReport {
        findings = List.copyOf(findings);
        strangers = List.copyOf(strangers);
        garbage = List.copyOf(garbage);
    }

    /// Whether everything is as it was written.
    public boolean isSound() {
        return findings.isEmpty();
    }
}
