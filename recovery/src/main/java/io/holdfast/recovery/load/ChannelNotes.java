package io.holdfast.recovery.load;

import io.holdfast.core.Text;
import io.holdfast.repository.ReplicationChannel;
import java.util.List;

/// Says which replication channels the original server had. They are never made again: the account
/// that they used is not in the backup, and two servers that follow as one would harm the source.
public final class ChannelNotes {
    private ChannelNotes() {}

    static void add(List<ReplicationChannel> channels, Findings findings) {
        for (ReplicationChannel channel : channels) {
            findings.note(title(channel), said(channel));
        }
    }

    /// A line for each channel.
    public static List<String> lines(List<ReplicationChannel> channels) {
        return channels.stream().map(channel -> title(channel) + ": " + said(channel)).toList();
    }

    private static String title(ReplicationChannel channel) {
        return channel.name().isEmpty()
                ? "the replication channel"
                : "replication channel " + channel.name();
    }

    private static String said(ReplicationChannel channel) {
        return Text.format(
                "the original followed %s:%d%s; this server does not. To follow it from the"
                        + " backup's moment: %s",
                channel.sourceHost(),
                channel.sourcePort(),
                channel.sourceUuid().isEmpty() ? "" : ", " + channel.sourceUuid(),
                statement(channel));
    }

    private static String statement(ReplicationChannel channel) {
        var executed = channel.executed();
        return Text.format(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d, %s%s;",
                channel.sourceHost().replace("'", "''"),
                channel.sourcePort(),
                executed == null
                        ? "SOURCE_AUTO_POSITION = 1"
                        : Text.format(
                                "SOURCE_LOG_FILE = '%s', SOURCE_LOG_POS = %d",
                                executed.file().replace("'", "''"), executed.offset()),
                channel.name().isEmpty()
                        ? ""
                        : " FOR CHANNEL '" + channel.name().replace("'", "''") + "'");
    }
}
