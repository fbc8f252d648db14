package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.binlog.BinlogEvent.TransactionStart;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventHeader;
import io.holdfast.binlog.EventWriter;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArchivedGtidsTest {
    private static final UUID SERVER = new UUID(1, 1);
    private static final GtidSet NINE = GtidSet.parse(SERVER + ":1-9");
    private static final GtidSet TEN = GtidSet.parse(SERVER + ":1-10");

    private final BinlogPosition begin = new BinlogPosition("binlog.000007", 900);

    private static List<EventFrame> transaction() {
        var start =
                new TransactionStart(
                        new EventHeader(0, 0, 1, 0, 0, 0),
                        new Gtid(GtidSource.untagged(SERVER), 10),
                        false,
                        0,
                        1,
                        1_000_000,
                        1_000_000,
                        0,
                        90704,
                        90704);
        return new EventWriter(1, ChecksumAlgorithm.CRC32).emptyTransaction(start, 0);
    }

    private BinlogPosition note(ArchivedGtids gtids, EventFrame frame, BinlogPosition at) {
        long _ = gtids.note(frame, at);
        return new BinlogPosition(at.file(), at.offset() + frame.header().eventBytes());
    }

    @Test
    void aTransactionCountsOnlyWhenAllOfItIsThere() {
        var gtids = new ArchivedGtids(NINE, null, ChecksumAlgorithm.CRC32);
        BinlogPosition at = begin;
        List<GtidSet> seen = new ArrayList<>();
        for (EventFrame frame : transaction()) {
            at = note(gtids, frame, at);
            seen.add(gtids.set());
        }
        assertThat(seen).containsExactly(NINE, NINE, TEN);
        assertThat(gtids.open()).isNull();
    }

    @Test
    void itIsStillOpenWhereTheConnectionBrokeInTheMiddle() {
        List<EventFrame> events = transaction();
        for (int before = 1; before < events.size(); before++) {
            var first = new ArchivedGtids(NINE, null, ChecksumAlgorithm.CRC32);
            BinlogPosition at = begin;
            for (EventFrame frame : events.subList(0, before)) {
                at = note(first, frame, at);
            }
            assertThat(Objects.requireNonNull(first.open()).begin()).isEqualTo(begin);
            var second = new ArchivedGtids(first.set(), first.open(), ChecksumAlgorithm.CRC32);
            for (EventFrame frame : events.subList(before, events.size())) {
                assertThat(second.set()).isEqualTo(NINE);
                at = note(second, frame, at);
            }
            assertThat(second.set()).isEqualTo(TEN);
        }
    }
}
