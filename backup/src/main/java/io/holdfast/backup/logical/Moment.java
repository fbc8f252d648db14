package io.holdfast.backup.logical;

import io.holdfast.backup.source.Channels;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.ReplicationChannel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The moment of a snapshot.
///
/// @param gtids exactly these transactions are in it; empty without GTIDs
/// @param position where the next transaction will begin; null without binary log
/// @param channels how far a replica had followed its sources; empty on other servers
record Moment(
        GtidSet gtids,
        @Nullable BinlogPosition position,
        Instant at,
        List<ReplicationChannel> channels) {
    private static final int SYNTAX_ERROR = 1064;

    /// Reads the present moment. It stands still only while a lock keeps commits out.
    ///
    /// @param isReplica whether there may be channels
    static Moment read(Session session, boolean isReplica) {
        GtidSet gtids =
                GtidSet.parse(session.query("SELECT @@GLOBAL.gtid_executed").only().string(0));
        return new Moment(
                gtids,
                position(session),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                isReplica ? Channels.read(session) : List.of());
    }

    static @Nullable BinlogPosition position(Session session) {
        // The newer name first, since 8.2; the older one is gone in 8.4.
        for (String statement : List.of("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS")) {
            try {
                Rows rows = session.query(statement);
                return rows.isEmpty()
                        ? null
                        : new BinlogPosition(
                                rows.row(0).string("File"), rows.row(0).integer("Position"));
            } catch (SqlErrorException failure) {
                if (failure.number() != SYNTAX_ERROR) {
                    throw failure;
                }
            }
        }
        return null;
    }

    /// Whether no transaction was committed between the two.
    boolean isSameAs(Moment other) {
        return gtids.equals(other.gtids) && java.util.Objects.equals(position, other.position);
    }
}
