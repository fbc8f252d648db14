package io.holdfast.recovery.events;

import io.holdfast.core.Text;

/// Whether a scheduled event runs. Source: MySQL 9.7 manual, "CREATE EVENT Statement" and
/// "Replication of Invoked Features".
public enum EventStatus {
    ENABLED("ENABLE"),
    DISABLED("DISABLE"),
    /// As a replica keeps events of its source; older servers say `SLAVESIDE_DISABLED`.
    REPLICA_SIDE_DISABLED("DISABLE ON REPLICA");

    private final String clause;

    EventStatus(String clause) {
        this.clause = clause;
    }

    /// The clause of `ALTER EVENT` that sets it.
    public String clause() {
        return clause;
    }

    /// Reads the column `STATUS` of `information_schema.EVENTS`.
    ///
    /// @throws IllegalStateException if a server has another status, which needs another constant
    static EventStatus ofColumn(String text) {
        return switch (text) {
            case "ENABLED" -> ENABLED;
            case "DISABLED" -> DISABLED;
            case "REPLICA_SIDE_DISABLED", "SLAVESIDE_DISABLED" -> REPLICA_SIDE_DISABLED;
            default -> throw new IllegalStateException(Text.format("event status '%s'", text));
        };
    }
}
