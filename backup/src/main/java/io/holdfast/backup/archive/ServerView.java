package io.holdfast.backup.archive;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What a server said about its binary logs at one time.
///
/// @param logs oldest first, never empty; the last one is being written
/// @param usesGtids whether transactions have GTIDs (`gtid_mode` is `ON` or `ON_PERMISSIVE`)
/// @param expireSeconds after how long the server purges a closed file by itself; 0 for never
record ServerView(
        UUID serverUuid,
        String version,
        List<LogFile> logs,
        boolean usesGtids,
        GtidSet gtidExecuted,
        long expireSeconds) {

    ServerView {
        logs = List.copyOf(logs);
        if (logs.isEmpty()) {
            throw new IllegalArgumentException("a server with a binary log has a file");
        }
    }

    /// A binary-log file as `SHOW BINARY LOGS` lists it.
    ///
    /// @param byteCount where the next event in it begins, whether the file is encrypted or not
    record LogFile(String name, long byteCount) {
        long number() {
            return new BinlogPosition(name, 0).fileNumber();
        }
    }

    LogFile oldest() {
        return logs.getFirst();
    }

    LogFile newest() {
        return logs.getLast();
    }

    Optional<LogFile> find(String name) {
        return logs.stream().filter(log -> log.name().equals(name)).findFirst();
    }

    /// Where the server writes next, at the time it was asked.
    BinlogPosition position() {
        return new BinlogPosition(newest().name(), newest().byteCount());
    }

    /// How many bytes the server has behind this position; 0 if it is not on the server.
    long bytesBehind(BinlogPosition position) {
        long sum = 0;
        boolean isBehind = false;
        for (LogFile log : logs) {
            if (log.name().equals(position.file())) {
                isBehind = true;
                sum += Math.max(0, log.byteCount() - position.offset());
            } else if (isBehind) {
                sum += log.byteCount();
            }
        }
        return sum;
    }
}
