package io.holdfast.backup.archive;

import io.holdfast.binlog.BinlogFileReader;
import io.holdfast.binlog.EventFrame;
import io.holdfast.client.BinlogStream;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.DumpRequest;
import io.holdfast.client.DumpStart;
import io.holdfast.client.Session;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.SqlErrorException;
import io.holdfast.repository.archive.Archive;
import io.holdfast.repository.archive.HistoryArchive;
import io.holdfast.repository.archive.HistoryId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where the beginnings of binary-log files come from: the journal, the stored parts, the server.
final class FileHeads {
    private FileHeads() {}

    /// The archived one; null if the archive does not have it at hand.
    static @Nullable FileHead archived(
            Journal journal, Archive archive, JournalLine line, String file) {
        FileHead journaled = journaled(journal, line, file);
        return journaled != null
                ? journaled
                : stored(archive.open(new HistoryId(line.historyId())), file);
    }

    private static @Nullable FileHead journaled(Journal journal, JournalLine line, String file) {
        var begin = new BinlogPosition(file, BinlogPosition.FIRST_EVENT_OFFSET);
        boolean isThere =
                journal.segments().values().stream()
                        .anyMatch(segment ->
                                segment.isOf(line.historyId(), begin)
                                        && segment.endOffset() > begin.offset());
        if (!isThere) {
            return null;
        }
        var head = new FileHead.Gathering();
        try (var tail = new JournalTail(journal)) {
            tail.seek(line.historyId(), begin);
            while (head.isWanting()) {
                EventFrame frame = tail.next(Duration.ZERO);
                boolean isOfFile =
                        frame != null
                                && tail.position().file().equals(file)
                                && tail.line().historyId().equals(line.historyId());
                if (frame == null || !isOfFile) {
                    break;
                }
                head.take(frame);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return head.isEmpty() ? null : head.head();
    }

    private static @Nullable FileHead stored(HistoryArchive history, String file) {
        var head = new FileHead.Gathering();
        try (var bytes = new StoredFileBytes(history, file);
                var reader = new BinlogFileReader(bytes, file)) {
            head.takeAll(reader);
        }
        return head.isEmpty() ? null : head.head();
    }

    /// The one on the server now; null if it does not give it.
    static @Nullable FileHead present(ConnectOptions server, Identity identity, String file) {
        var request =
                DumpRequest.following(
                                new DumpStart.At(
                                        new BinlogPosition(
                                                file, BinlogPosition.FIRST_EVENT_OFFSET)),
                                identity.serverId(),
                                identity.replicaUuid())
                        .untilEof();
        var head = new FileHead.Gathering();
        try (Session session = Session.open(server);
                BinlogStream stream = session.dumpBinlog(request)) {
            while (head.isWanting()) {
                EventFrame frame = stream.next();
                if (frame == null || !stream.position().file().equals(file)) {
                    break;
                }
                if (stream.isInFile()) {
                    head.take(frame);
                }
            }
        } catch (SqlErrorException | CorruptDataException _) {
            // What came before proves as much as it can; following the server reports the rest.
        }
        return head.isEmpty() ? null : head.head();
    }
}
