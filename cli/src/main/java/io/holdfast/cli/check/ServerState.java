package io.holdfast.cli.check;

import io.holdfast.client.AccountGrants;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What was seen of a server; enough to judge it without asking again.
///
/// @param server its address, for people
/// @param version as it greets: `9.7.4`
/// @param variables its global variables, by lower-case name
/// @param clockAhead how far its clock is ahead of ours; negative if behind
/// @param dataBytes of all user tables and their indexes, as the server estimates
/// @param withoutKey tables without primary key: `schema.table`, at most [#NAMES_MAX]
/// @param withoutKeyCount how many there are
/// @param otherEngines tables of engines without transactions: `schema.table (MyISAM, 12 KiB)`
/// @param otherEngineBytes of those whose rows last
/// @param encryptedCount encrypted tables, tablespaces and databases
/// @param keyring status of the keyring component or plugin; empty if there is none
/// @param largeColumnCount columns whose values can be as large as a packet; 0 if nobody asked,
///   because the server takes no packet that matters
/// @param isReplica whether it follows another server
/// @param usesGroupReplication whether it is a member of a group
public record ServerState(
        String server,
        String version,
        AccountGrants grants,
        Map<String, String> variables,
        Duration clockAhead,
        long dataBytes,
        List<String> withoutKey,
        long withoutKeyCount,
        List<String> otherEngines,
        long otherEngineBytes,
        long encryptedCount,
        String keyring,
        long largeColumnCount,
        boolean isReplica,
        boolean usesGroupReplication) {
    static final int NAMES_MAX = 10;

    /// What a server sends of its log in one event at the most, less what else is in an event.
    /// Source: MySQL 9.7 `sql/rpl_binlog_sender.cc`, `MAX_MAX_ALLOWED_PACKET`.
    static final long EVENT_BYTES_MAX = (1L << 30) - (1L << 20);

    public ServerState {
        variables = Map.copyOf(variables);
        withoutKey = List.copyOf(withoutKey);
        otherEngines = List.copyOf(otherEngines);
    }

    /// Whether one changed value can make an event that no server sends: with full row images an
    /// event holds it twice.
    static boolean canExceedEvent(String rowImage, long packetBytesMax) {
        return rowImage.equalsIgnoreCase("FULL") && 2 * packetBytesMax > EVENT_BYTES_MAX;
    }

    /// A variable's value; empty if the server does not have it.
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    boolean isOn(String name) {
        String value = variable(name);
        return value.equalsIgnoreCase("ON") || value.equals("1");
    }

    /// A variable's value as a number; 0 if the server does not have it.
    long number(String name) {
        String value = variable(name);
        return value.isEmpty() || !value.chars().allMatch(Character::isDigit)
                ? 0
                : Long.parseLong(value);
    }
}
