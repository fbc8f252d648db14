package io.holdfast.recovery.load;

import java.time.Duration;
import java.util.List;

/// What a load did, and what of the backup is not there now.
///
/// @param objectCount objects created: databases, tables, views, accounts and so on
/// @param tableCount tables whose rows were loaded and proven equal to the backup's
/// @param rowCount rows loaded and proven
/// @param rowBytes of the rows as the backup holds them, before compression
/// @param schemaTime until all tables existed
/// @param rowsTime from the first row to the last proof
/// @param programsTime views, stored programs, events, grants, and asking for every object again
/// @param findings in the order in which they were met
public record LoadReport(
        long objectCount,
        long tableCount,
        long rowCount,
        long rowBytes,
        Duration schemaTime,
        Duration rowsTime,
        Duration programsTime,
        List<Finding> findings) {

    public LoadReport {
        findings = List.copyOf(findings);
    }

    /// Something about one object that a person should know.
    ///
    /// @param object such as `view shop.totals`
    public record Finding(Kind kind, String object, String what) {
        /// The same, about an object that has another name meanwhile.
        Finding of(String newObject) {
            return new Finding(kind, newObject, what);
        }
    }

    /// How bad it is.
    public enum Kind {
        /// Kept as far as the format can; said when the backup was made.
        NOTE,
        /// Could not be created, as was to be expected: broken on the original too, or its library
        /// is missing here.
        NOT_CREATED,
        /// Exists, but the server describes it otherwise than the original did.
        DIFFERENT
    }

    public List<Finding> findings(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }
}
