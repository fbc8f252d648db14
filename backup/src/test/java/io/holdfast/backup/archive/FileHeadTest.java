package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.Resume.HeadProof;
import io.holdfast.binlog.EventType;
import io.holdfast.testkit.Seeded;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
class FileHeadTest {
    private static byte[] event(int type, int eventBytes, RandomGenerator random) {
        byte[] event = Events.event(eventBytes, random);
        event[4] = (byte) type;
        return event;
    }

    private static FileHead head(List<byte[]> events) {
        var head = new FileHead.Gathering();
        for (byte[] event : events) {
            if (head.isWanting()) {
                head.take(Events.frame(event));
            }
        }
        return head.head();
    }

    @Test
    void filesThatBeginAlikeAreToldApartByTheirFirstTransaction(RandomGenerator random) {
        byte[] format = event(EventType.FORMAT_DESCRIPTION, 122, random);
        byte[] previous = event(EventType.PREVIOUS_GTIDS, 31, random);
        for (int type :
                new int[] {EventType.GTID, EventType.ANONYMOUS_GTID, EventType.GTID_TAGGED}) {
            byte[] archived = event(type, 79, random);
            byte[] present = archived.clone();
            present[60] ^= 1; // another microsecond
            FileHead one = head(List.of(format, previous, archived));
            assertThat(one.compare(head(List.of(format, previous, archived))))
                    .isEqualTo(HeadProof.SAME);
            assertThat(one.compare(head(List.of(format, previous, present))))
                    .isEqualTo(HeadProof.DIFFERENT);
        }
    }

    @Test
    void onlyWhatBothHaveIsCompared(RandomGenerator random) {
        List<byte[]> events =
                List.of(
                        event(EventType.FORMAT_DESCRIPTION, 122, random),
                        event(EventType.PREVIOUS_GTIDS, 31, random),
                        event(EventType.GTID, 79, random));
        for (int archived = 1; archived <= events.size(); archived++) {
            for (int present = 1; present <= events.size(); present++) {
                FileHead one = head(events.subList(0, archived));
                assertThat(one.compare(head(events.subList(0, present)))).isEqualTo(HeadProof.SAME);
                byte[] other = events.get(present - 1).clone();
                other[18] ^= 1;
                var changed = new java.util.ArrayList<>(events.subList(0, present));
                changed.set(present - 1, other);
                assertThat(one.compare(head(changed)))
                        .isEqualTo(present <= archived ? HeadProof.DIFFERENT : HeadProof.SAME);
            }
        }
    }

    @Test
    void whatComesBehindTheFirstTransactionsBeginningIsNotLookedAt(RandomGenerator random) {
        byte[] format = event(EventType.FORMAT_DESCRIPTION, 122, random);
        byte[] start = event(EventType.GTID, 79, random);
        FileHead one = head(List.of(format, start, event(EventType.QUERY, 90, random)));
        FileHead other = head(List.of(format, start, event(EventType.QUERY, 90, random)));
        assertThat(one.events()).hasSize(2);
        assertThat(one.compare(other)).isEqualTo(HeadProof.SAME);
    }
}
