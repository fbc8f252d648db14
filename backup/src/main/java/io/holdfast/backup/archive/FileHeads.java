package io.holdfast.backup.archive;

import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.DumpRequest;
import io.holdfast.client.DumpStart;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import io.holdfast.repository.archive.PartName;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The first event of a binary-log file, by which two files of one name are told apart: it carries
/// the second in which the server made the file.
final class FileHeads {
    private FileHeads() {}

    /// The archived one; null if the archive does not have it at hand.
    static byte @Nullable [] archived(
            Journal journal, Archive archive, JournalLine line, String file) {
        for (Segment segment : journal.segments().values()) {
            boolean isBeginning =
                    segment.header().line().historyId().equals(line.historyId())
                            && segment.file().equals(file)
                            && segment.header().begin().offset()
                                    == BinlogPosition.FIRST_EVENT_OFFSET;
            if (isBeginning) {
                return first(journal, segment);
            }
        }
        return archived(archive.open(new HistoryId(line.historyId())), file);
    }

    private static byte @Nullable [] archived(HistoryArchive history, String file) {
        long number = new BinlogPosition(file, 0).fileNumber();
        for (PartName part : history.parts().reversed()) {
            if (part.fileNumber() == number) {
                String base64 = history.describe(part).facts().formatDescription();
                return base64.isEmpty() ? null : Base64.getDecoder().decode(base64);
            }
        }
        return null;
    }

    private static byte @Nullable [] first(Journal journal, Segment segment) {
        try (var tail = new JournalTail(journal)) {
            tail.seek(segment.header().line().historyId(), segment.header().begin());
            EventFrame frame = tail.next(Duration.ZERO);
            return frame == null ? null : bytes(frame);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// The one on the server now; null if it has no such file.
    static byte @Nullable [] present(ConnectOptions server, Identity identity, String file) {
        var request =
                DumpRequest.following(
                                new DumpStart.At(
                                        new BinlogPosition(
                                                file, BinlogPosition.FIRST_EVENT_OFFSET)),
                                identity.serverId(),
                                identity.replicaUuid())
                        .untilEof();
        try (Session session = Session.open(server);
                BinlogStream stream = session.dumpBinlog(request)) {
            for (EventFrame frame = stream.next(); frame != null; frame = stream.next()) {
                if (frame.header().typeCode() == EventType.FORMAT_DESCRIPTION
                        && stream.isInFile()) {
                    return bytes(frame);
                }
            }
            return null;
        } catch (SqlErrorException _) {
            return null;
        }
    }

    private static byte[] bytes(EventFrame frame) {
        if (!frame.isWhole()) {
            var bytes = new ByteArrayOutputStream();
            frame.transferTo(bytes::write);
            return bytes.toByteArray();
        }
        return Arrays.copyOfRange(
                frame.array(), frame.headIndex(), frame.headIndex() + frame.headBytes());
    }
}
