package io.holdfast.listener;

import io.holdfast.core.ErrorCode;

/// The failures of serving a replica.
public enum ListenerError implements ErrorCode {
    REPLAY_PORT_UNAVAILABLE(
            "No port on the loopback interface could be opened for the replica to connect to. Nothing was served."),
    REPLICA_LOST(
            "The replica that was being served closed its connection or cannot be reached. A replica that still runs"
                    + " connects again by itself and goes on where it was."),
    REPLICA_REFUSED(
            "A connection to the replay port was not the replica's: wrong user or password, or it asked for something"
                    + " that only a real server answers.");

    private final String meaning;

    ListenerError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
