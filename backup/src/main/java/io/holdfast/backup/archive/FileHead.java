package io.holdfast.backup.archive;

import io.holdfast.backup.archive.Resume.HeadProof;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventReader;
import io.holdfast.binlog.EventType;
import io.holdfast.core.CorruptDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The beginning of a binary-log file, by which two files of one name are told apart: its events up
/// to and including the first that begins a transaction.
///
/// The format description alone does not do: it carries the *second* in which the server made the
/// file, and a server that is reset twice within one makes two files that begin with the same
/// bytes. A transaction's first event carries the microsecond of its commit.
///
/// @param events lengths and checksums, in order; never empty
record FileHead(List<Event> events) {
    /// A file begins with its format description and the GTIDs before it; what a newer server may
    /// put behind them is waited for no longer than this.
    private static final int EVENTS_MAX = 8;

    FileHead {
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a file begins with an event");
        }
    }

    /// @param eventBytes header + body + checksum
    /// @param crc32c over them
    record Event(long eventBytes, long crc32c) {}

    /// Compares the archived beginning with that of the server's file, as far as both go: one of
    /// them may not have had a transaction yet.
    HeadProof compare(FileHead present) {
        int common = Math.min(events.size(), present.events.size());
        return events.subList(0, common).equals(present.events.subList(0, common))
                ? HeadProof.SAME
                : HeadProof.DIFFERENT;
    }

    /// Gathers the beginning from events in order.
    static final class Gathering {
        private final List<Event> events = new ArrayList<>();
        private boolean hasTransaction;

        /// Takes the file's next event, which is transferred by this call.
        void take(EventFrame frame) {
            var crc = new CRC32C();
            frame.transferTo(crc::update);
            events.add(new Event(frame.header().eventBytes(), crc.getValue()));
            hasTransaction = EventType.beginsTransaction(frame.header().typeCode());
        }

        /// Takes what is there of a file's beginning, up to the first damage.
        void takeAll(EventReader reader) {
            try {
                while (isWanting()) {
                    EventFrame frame = reader.next();
                    if (frame == null) {
                        return;
                    }
                    take(frame);
                }
            } catch (CorruptDataException _) {
                // What came before proves as much as it can; whoever reads the rest reports it.
            }
        }

        /// Whether the next event still belongs to the beginning.
        boolean isWanting() {
            return !hasTransaction && events.size() < EVENTS_MAX;
        }

        boolean isEmpty() {
            return events.isEmpty();
        }

        FileHead head() {
            return new FileHead(events);
        }
    }
}
