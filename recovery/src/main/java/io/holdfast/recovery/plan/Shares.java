package io.holdfast.recovery.plan;

import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which history of a chain supplies which of the transactions that a recovery needs.
///
/// Two histories may both hold a transaction, and each may have gaps. Histories are replayed one
/// after the other, the oldest first, so an older one may supply only what comes before everything
/// that a younger one supplies: of each source smaller numbers, for a server numbers its
/// transactions in the order in which it logs them. First it is tried to take all that the youngest
/// has, then all that the oldest has; what neither way keeps in order is not replayed at all.
///
/// @param perHistory the share of each history, in the order of the chain, oldest first
/// @param missing what no history has
record Shares(List<GtidSet> perHistory, GtidSet missing) {

    /// Divides what is needed.
    ///
    /// @param available what each history of the chain could supply, oldest first
    static Shares of(GtidSet needed, List<GtidSet> available) {
        List<GtidSet> youngestFirst = divide(needed, available.reversed());
        Collections.reverse(youngestFirst);
        var shares = new Shares(List.copyOf(youngestFirst), missing(needed, available));
        return shares.keepOrder()
                ? shares
                : new Shares(List.copyOf(divide(needed, available)), shares.missing());
    }

    private static List<GtidSet> divide(GtidSet needed, List<GtidSet> available) {
        var shares = new ArrayList<GtidSet>();
        GtidSet open = needed;
        for (GtidSet each : available) {
            GtidSet share = open.intersect(each);
            shares.add(share);
            open = open.subtract(share);
        }
        return shares;
    }

    private static GtidSet missing(GtidSet needed, List<GtidSet> available) {
        GtidSet open = needed;
        for (GtidSet each : available) {
            open = open.subtract(each);
        }
        return open;
    }

    /// Whether replaying the histories one after the other keeps each source's order.
    boolean keepOrder() {
        for (int older = 0; older < perHistory.size(); older++) {
            for (int younger = older + 1; younger < perHistory.size(); younger++) {
                if (!precedes(perHistory.get(older), perHistory.get(younger))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean precedes(GtidSet before, GtidSet after) {
        for (GtidSource source : before.sources()) {
            var later = after.intervals(source);
            if (!later.isEmpty()
                    && before.intervals(source).getLast().last() > later.getFirst().first()) {
                return false;
            }
        }
        return true;
    }
}
