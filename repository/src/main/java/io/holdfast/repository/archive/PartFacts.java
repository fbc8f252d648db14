package io.holdfast.repository.archive;

import io.holdfast.core.GtidSet;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the archiver knows of a part's bytes when it commits them.
///
/// @param gtidsBefore every GTID of the history before the range: the file's Previous_gtids and
///   what came before the range in it
/// @param gtidsAdded of the range's transactions
/// @param anonymousCount the range's transactions without GTID
/// @param firstCommitted lowest immediate commit time; null without transactions
/// @param lastCommitted highest immediate commit time; null without transactions
/// @param formatDescription the file's format description event, checksum included, in base64
/// @param checksumAlgorithm of the file's events: `NONE` or `CRC32`
/// @param endsFile whether the file has no more bytes behind the range
/// @param archiver id of who wrote the part
public record PartFacts(
        String serverVersion,
        GtidSet gtidsBefore,
        GtidSet gtidsAdded,
        long transactionCount,
        long anonymousCount,
        @Nullable Instant firstCommitted,
        @Nullable Instant lastCommitted,
        String formatDescription,
        String checksumAlgorithm,
        boolean endsFile,
        String archiver) {}
