package io.holdfast.backup.physical;

import io.holdfast.backup.source.Channels;
import io.holdfast.client.Session;
import io.holdfast.repository.ReplicationChannel;
import java.util.List;

/// The moment that a restore comes to, with how far a replica had followed its sources by then.
///
/// @param channels empty unless the server is a replica; without positions if these never stood
///   still
record EndMoment(LogMoment moment, List<ReplicationChannel> channels) {
    private static final int TRIES_MAX = 20;

    /// Reads the present moment. The channels are not part of what the server reads at once, so
    /// they are read before and after, until both are the same.
    static EndMoment read(Session session, boolean isReplica) {
        if (!isReplica) {
            return new EndMoment(LogMoment.read(session), List.of());
        }
        List<ReplicationChannel> before = Channels.read(session);
        for (int attempt = 1; ; attempt++) {
            LogMoment moment = LogMoment.read(session);
            List<ReplicationChannel> after = Channels.read(session);
            if (after.equals(before)) {
                return new EndMoment(moment, after);
            }
            if (attempt == TRIES_MAX) {
                return new EndMoment(
                        moment, after.stream().map(ReplicationChannel::withoutPosition).toList());
            }
            before = after;
        }
    }
}
