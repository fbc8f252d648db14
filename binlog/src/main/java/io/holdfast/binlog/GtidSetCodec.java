package io.holdfast.binlog;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.GtidInterval;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.core.Limits;
import io.holdfast.core.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// The binary form of a GTID set, in `Previous_gtids` events and in `COM_BINLOG_DUMP_GTID`.
///
/// | bytes    | field      | meaning                                                           |
/// |---------:|------------|-------------------------------------------------------------------|
/// |        8 | count      | sources; in the tagged form `1 << 56 \| count << 8 \| 1`          |
/// | then per source |     |                                                                   |
/// |       16 | uuid       | in the order it is printed                                        |
/// |    1 + n | tag        | tagged form only: length as in [SerializedFields], lower case     |
/// |        8 | intervals  | how many                                                          |
/// | 8 + 8 each | first, end | `end` is one behind the last                                    |
///
/// The tagged form is used only if a source has a tag, because servers before 8.3 do not know it.
/// Integers are little-endian. Source: MySQL 9.7 `sql/rpl_gtid_set.cc`, `encode_nsids_format`,
/// `Gtid_set::encode`.
public final class GtidSetCodec {
    private static final int FORMAT_TAGGED = 1;
    private static final int TAG_BYTES_MAX = 32;
    private static final int SOURCE_BYTES_MIN = 16 + 8;
    private static final int INTERVAL_BYTES = 16;

    private GtidSetCodec() {}

    /// Reads a set that fills the rest of the cursor.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is cut short, or a count, tag or
    ///   interval is impossible
    public static GtidSet decode(ByteCursor in) {
        long first = in.u64("source count");
        int format = (int) (first >>> 56);
        if (format > FORMAT_TAGGED) {
            throw in.impossible(Text.format("GTID set has format %d, 0 and 1 are known", format));
        }
        boolean isTagged = format == FORMAT_TAGGED;
        long count = isTagged ? first >>> 8 & 0xFFFF_FFFF_FFFFL : first;
        if (count > Limits.GTID_SOURCES_MAX || count * SOURCE_BYTES_MIN > in.remaining()) {
            throw in.impossible(
                    Text.format("GTID set claims %d sources in %d bytes", count, in.remaining()));
        }
        var set = new GtidSet.Builder();
        for (long i = 0; i < count; i++) {
            decodeSource(in, isTagged, set);
        }
        if (in.hasRemaining()) {
            throw in.impossible(
                    Text.format("GTID set is followed by %d more bytes", in.remaining()));
        }
        return set.build();
    }

    private static void decodeSource(ByteCursor in, boolean isTagged, GtidSet.Builder set) {
        UUID uuid = uuid(in);
        String tag = "";
        if (isTagged) {
            int tagBytes = SerializedFields.small(in, "tag length", TAG_BYTES_MAX);
            tag = in.string(tagBytes, StandardCharsets.US_ASCII, "tag");
        }
        GtidSource source = source(in, uuid, tag);
        long intervals = in.u64("interval count");
        if (intervals < 0 || intervals > in.remaining() / INTERVAL_BYTES) {
            throw in.impossible(
                    Text.format(
                            "GTID source claims %s intervals in %d bytes",
                            Long.toUnsignedString(intervals), in.remaining()));
        }
        for (long i = 0; i < intervals; i++) {
            long first = in.u64("interval start");
            long end = in.u64("interval end");
            if (first < 1 || end <= first) {
                throw in.impossible(Text.format("GTID interval is [%d, %d)", first, end));
            }
            set.add(source, new GtidInterval(first, end - 1));
        }
    }

    /// Writes the set in the form that the oldest server possible understands.
    public static byte[] encode(GtidSet set) {
        boolean isTagged = set.sources().stream().anyMatch(source -> !source.tag().isEmpty());
        long count = set.sources().size();
        var out = new ByteArrayOutputStream();
        putU64(out, isTagged ? 1L << 56 | count << 8 | FORMAT_TAGGED : count);
        for (GtidSource source : set.sources()) {
            putUuid(out, source.uuid());
            if (isTagged) {
                byte[] tag = source.tag().getBytes(StandardCharsets.US_ASCII);
                SerializedFields.putUnsigned(out, tag.length);
                out.writeBytes(tag);
            }
            List<GtidInterval> intervals = set.intervals(source);
            putU64(out, intervals.size());
            for (GtidInterval interval : intervals) {
                putU64(out, interval.first());
                putU64(out, interval.last() + 1);
            }
        }
        return out.toByteArray();
    }

    static UUID uuid(ByteCursor in) {
        return new UUID(Long.reverseBytes(in.u64("uuid")), Long.reverseBytes(in.u64("uuid")));
    }

    static GtidSource source(ByteCursor in, UUID uuid, String tag) {
        try {
            return new GtidSource(uuid, tag);
        } catch (IllegalArgumentException _) {
            throw in.impossible("a GTID's tag is not made of a-z, 0-9 and _");
        }
    }

    static void putU64(ByteArrayOutputStream out, long value) {
        for (int i = 0; i < 8; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    static void putUuid(ByteArrayOutputStream out, UUID uuid) {
        putU64(out, Long.reverseBytes(uuid.getMostSignificantBits()));
        putU64(out, Long.reverseBytes(uuid.getLeastSignificantBits()));
    }
}
