package io.holdfast.wire;

import io.holdfast.core.ErrorCode;

/// The failures of the MySQL protocol itself, on either side.
public enum WireError implements ErrorCode {
    CONNECTION_ENDED(
            "The other side closed the connection in the middle of an exchange: the server stopped, was killed, or"
                    + " ended the session. Nothing is known about a statement that was under way."),
    PACKET_OUT_OF_ORDER(
            "A packet's sequence number is not the next one. Something between the two sides repeats or loses bytes,"
                    + " or the port does not speak the MySQL protocol."),
    PACKET_TOO_LARGE(
            "A packet that has to be held in memory is larger than its kind may be."
                    + " Rows and events are not meant here: those are streamed whatever their size."),
    PROTOCOL_UNEXPECTED(
            "The other side sent something that the MySQL protocol does not allow at this place."),
    SQL_ERROR("A server answered a statement with an error of its own.");

    private final String meaning;

    WireError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
