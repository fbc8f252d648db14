package io.holdfast.backup.archive;

import io.holdfast.backup.BackupError;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.DumpRefusal;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.SqlErrorException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Carries one stream of a server's binary log into the journal, event by event. Confined to one
/// thread.
///
/// It checks what a server cannot be trusted with after a restore or a crash: that the first event
/// is the archive's last one, byte for byte, and that every further one stands where the one before
/// it ended.
final class Follower {
    private final BinlogStream stream;
    private final Journal journal;
    private final ArchivedGtids gtids;
    private @Nullable EventMark toProve;

    /// @param toProve the archive's last event, with which the stream must begin; null if the
    ///   stream begins at the journal's end
    Follower(
            BinlogStream stream,
            Journal journal,
            ArchivedGtids gtids,
            @Nullable EventMark toProve) {
        this.stream = stream;
        this.journal = journal;
        this.gtids = gtids;
        this.toProve = toProve;
    }

    /// The server's log at the archive's end is another one than was archived.
    static final class LogDiffers extends Exception {
        private static final long serialVersionUID = 1L;

        LogDiffers(String message) {
            super(message);
        }
    }

    /// Follows until `stops` says so, which is asked between events once the archive's last event
    /// is proven.
    ///
    /// @throws LogDiffers if the first event is not the archive's last one
    /// @throws RefusedException with `ARCHIVE_EVENT_TOO_LARGE` if the server cannot send the next
    /// @throws io.holdfast.core.UnavailableException if the connection breaks or the disk is full
    void follow(BooleanSupplier stops) throws LogDiffers {
        while (toProve != null || !stops.getAsBoolean()) {
            EventFrame frame = next();
            if (frame == null) {
                return;
            }
            if (stream.isInFile()) {
                take(frame);
            } else if (frame.header().typeCode() == EventType.FORMAT_DESCRIPTION) {
                long _ = gtids.note(frame, stream.position()); // says whether checksums follow
            } else {
                enter(stream.position());
            }
        }
    }

    /// The next event. Where the archive's last event has still to be proven, a server that cannot
    /// read one at that place has another log: after a reset within one second its file may begin
    /// alike, and the place lie in the middle of an event.
    private @Nullable EventFrame next() throws LogDiffers {
        try {
            return stream.next();
        } catch (SqlErrorException e) {
            DumpRefusal refusal = DumpRefusal.of(e);
            if (toProve != null && refusal != DumpRefusal.OTHER) {
                throw new LogDiffers(e.serverMessage());
            }
            throw refusal == DumpRefusal.EVENT_TOO_LARGE ? tooLarge(e) : e;
        } catch (CorruptDataException e) {
            if (toProve != null) {
                throw new LogDiffers(e.problem().what());
            }
            throw e;
        }
    }

    /// The archive's last event stood where it should, so that the server means a real event.
    private RefusedException tooLarge(SqlErrorException refused) {
        BinlogPosition at = end().position();
        ArchivedGtids.OpenTransaction open = gtids.open();
        return new RefusedException(
                Problem.of(BackupError.ARCHIVE_EVENT_TOO_LARGE)
                        .what(
                                "the next event has more than 1 GiB, which a server sends to nobody%s",
                                open == null ? "" : "; it belongs to transaction " + open)
                        .where("%s, history %s", at, end().line().historyId())
                        .remedy(
                                "Run FLUSH BINARY LOGS on the server, then 'holdfast archive --give-up %s' once, then 'holdfast backup': what was committed from there to that backup can only be had as that backup has it. So that it does not happen again, see 'holdfast check'.",
                                at),
                refused);
    }

    private void take(EventFrame frame) throws LogDiffers {
        EventMark mark = toProve;
        BinlogPosition at = stream.position();
        if (mark != null) {
            if (frame.header().typeCode() == EventType.FORMAT_DESCRIPTION) {
                // The archive ends behind a file's first event: no other says whether checksums
                // follow.
                long _ = gtids.note(frame, at);
            }
            prove(mark, frame, at);
            toProve = null;
            return;
        }
        BinlogPosition expected = end().position();
        if (!at.equals(expected)) {
            throw new CorruptDataException(
                    Problem.of(BackupError.ARCHIVE_EVENT_MISPLACED)
                            .what("the server sent the event at %s, %s is next", at, expected)
                            .where("history %s", end().line().historyId())
                            .remedy("Run mysqlbinlog --verify-binlog-checksum on the file."));
        }
        journal.append(frame, gtids.note(frame, at));
    }

    private static void prove(EventMark mark, EventFrame frame, BinlogPosition at)
            throws LogDiffers {
        var crc = new CRC32C();
        frame.transferTo(crc::update);
        if (!at.equals(mark.begin())
                || frame.header().eventBytes() != mark.eventBytes()
                || crc.getValue() != mark.crc32c()) {
            throw new LogDiffers(at + " is not the event that was archived there");
        }
    }

    /// Learns which file the stream is in: an artificial rotation names it, a heartbeat repeats it.
    private void enter(BinlogPosition at) throws LogDiffers {
        BinlogPosition end = end().position();
        if (at.file().equals(end.file()) || at.file().isEmpty()) {
            return;
        }
        if (toProve != null) {
            throw new LogDiffers(end.file() + " ends before the archived event");
        }
        if (at.fileNumber() != end.fileNumber() + 1 || at.offset() != 4) {
            throw new CorruptDataException(
                    Problem.of(BackupError.ARCHIVE_EVENT_MISPLACED)
                            .what("the server went on with %s behind %s", at, end)
                            .where("history %s", end().line().historyId())
                            .remedy("Compare the server's SHOW BINARY LOGS with its index file."));
        }
        journal.begin(end().line(), at, null);
    }

    private JournalEnd end() {
        JournalEnd end = journal.end();
        if (end == null) {
            throw new IllegalStateException("a segment is begun before following");
        }
        return end;
    }
}
