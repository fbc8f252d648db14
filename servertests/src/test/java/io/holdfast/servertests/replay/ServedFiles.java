package io.holdfast.servertests.replay;

import io.holdfast.binlog.BinlogEvent;
import io.holdfast.binlog.BinlogFileReader;
import io.holdfast.binlog.ChecksumAlgorithm;
import io.holdfast.binlog.EventDecoder;
import io.holdfast.binlog.EventFrame;
import io.holdfast.binlog.EventType;
import io.holdfast.binlog.EventWriter;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.listener.DumpRequest;
import io.holdfast.listener.ServedLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A server's own binary-log files, served as an archive would be: without what the replica has,
/// with empty transactions in place of those to skip.
final class ServedFiles implements ServedLog {
    private final List<Path> files;
    private final DumpRequest request;
    private final GtidSet skipped;
    private final Queue<EventFrame> madeUp = new ArrayDeque<>();
    private EventDecoder decoder = new EventDecoder(ChecksumAlgorithm.NONE);
    private int file;
    private InputStream in;
    private BinlogFileReader reader;
    private boolean passesOver;
    private @Nullable BinlogPosition from;

    ServedFiles(List<Path> files, DumpRequest request, GtidSet skipped) {
        this.files = files;
        this.request = request;
        this.skipped = skipped;
        if (request instanceof DumpRequest.FromPosition(BinlogPosition position)) {
            from = position;
            while (!name(files.get(file)).equals(position.file())) {
                file++;
            }
        }
        this.in = open();
        this.reader = reader();
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private InputStream open() {
        try {
            return Files.newInputStream(files.get(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BinlogFileReader reader() {
        InputStream opened = in;
        return new BinlogFileReader(
                (bytes, offset, byteCountMax) -> {
                    try {
                        return opened.read(bytes, offset, byteCountMax);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                name(files.get(file)));
    }

    @Override
    public @Nullable EventFrame next() {
        while (true) {
            if (!madeUp.isEmpty()) {
                return madeUp.remove();
            }
            EventFrame frame = reader.next();
            if (frame == null) {
                if (++file == files.size()) {
                    return null;
                }
                close();
                in = open();
                reader = reader();
                decoder = new EventDecoder(ChecksumAlgorithm.NONE);
                from = null;
            } else if (isServed(frame)) {
                return frame;
            }
        }
    }

    private boolean isServed(EventFrame frame) {
        int type = frame.header().typeCode();
        BinlogPosition start = from;
        if (start != null
                && reader.position().offset() < start.offset()
                && type != EventType.FORMAT_DESCRIPTION) {
            return false;
        }
        switch (decoder.decode(frame, "test", reader.position().offset())) {
            case BinlogEvent.TransactionStart transaction -> passesOver = decide(transaction);
            case BinlogEvent.FormatDescription _, BinlogEvent.Rotate _, BinlogEvent.Stop _ ->
                    passesOver = false;
            case BinlogEvent _ -> {}
        }
        return !passesOver;
    }

    private boolean decide(BinlogEvent.TransactionStart transaction) {
        Gtid gtid = transaction.gtid();
        if (gtid == null) {
            return false;
        }
        if (request instanceof DumpRequest.WithoutGtids(GtidSet executed)
                && executed.contains(gtid)) {
            return true;
        }
        if (skipped.contains(gtid)) {
            var writer = new EventWriter(transaction.header().serverId(), decoder.checksum());
            madeUp.addAll(writer.emptyTransaction(transaction, 0));
            return true;
        }
        return false;
    }

    @Override
    public BinlogPosition position() {
        return reader.position();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
