package io.holdfast.backup.source;

import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.repository.ReplicationChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The replication channels of a server that follows others: from whom, and how far. Never with
/// what account.
public final class Channels {
    /// The channels that Group Replication makes for itself have no source that one could name.
    private static final String OF_A_GROUP = "group_replication_";

    private Channels() {}

    /// Whether the server follows any other.
    public static boolean exist(Session session) {
        return !read(session).isEmpty();
    }

    /// Reads them. How far each is belongs to one moment only while a lock keeps commits out.
    public static List<ReplicationChannel> read(Session session) {
        List<ReplicationChannel> channels = new ArrayList<>();
        for (Rows.Row row : session.query("SHOW REPLICA STATUS")) {
            String name = row.string("Channel_Name");
            if (name.startsWith(OF_A_GROUP)) {
                continue;
            }
            String file = orEmpty(row.stringOrNull("Relay_Source_Log_File"));
            boolean followsGtids = row.integer("Auto_Position") != 0;
            channels.add(
                    new ReplicationChannel(
                            name,
                            orEmpty(row.stringOrNull("Source_UUID")),
                            orEmpty(row.stringOrNull("Source_Host")),
                            (int) row.integer("Source_Port"),
                            followsGtids || file.isEmpty()
                                    ? null
                                    : new BinlogPosition(
                                            file, row.integer("Exec_Source_Log_Pos"))));
        }
        return channels;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
