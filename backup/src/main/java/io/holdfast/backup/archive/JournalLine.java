package io.holdfast.backup.archive;

import java.util.UUID;

/// Which history a run of journaled bytes belongs to, and where that history came from. Every
/// segment carries it, so that the journal explains itself when the repository cannot be reached.
///
/// @param historyId our own id of the unbroken line of one server's log
/// @param serverUuid the server that wrote the log
/// @param predecessorId the history that this one follows on; empty for a server's first
/// @param reason why the history began, for people: `first archive`, `binary logs were reset`
public record JournalLine(String historyId, UUID serverUuid, String predecessorId, String reason) {
    public JournalLine {
        if (historyId.isEmpty()) {
            throw new IllegalArgumentException("a history has an id");
        }
    }
}
