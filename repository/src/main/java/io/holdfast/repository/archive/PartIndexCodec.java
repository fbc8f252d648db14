package io.holdfast.repository.archive;

import io.holdfast.core.ByteCursor;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import io.holdfast.core.GtidSource;
import io.holdfast.core.TableName;
import io.holdfast.repository.archive.TransactionEntry.Kind;
import io.holdfast.repository.archive.TransactionEntry.Name;
import io.holdfast.repository.archive.TransactionEntry.Statement;
import io.holdfast.repository.archive.TransactionEntry.TableRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Encodes and decodes part indexes: a version, then sections of type, length and content.
///
/// Source: `docs/formats/repository.md`, section 12, which has the table of fields; the code has
/// the same order.
final class PartIndexCodec {
    private static final int VERSION = 1;
    private static final int END = 0;
    private static final int STRINGS = 1;
    private static final int TRANSACTIONS = 2;
    private static final int SUMMARY = 3;

    private static final int HAS_GTID = 1;
    private static final int HAS_ORIGINAL_TIME = 2;
    private static final int HAS_CONNECTION = 4;
    private static final int IS_NOT_ALL_NAMED = 8;
    private static final int IS_INCOMPLETE = 16;

    private PartIndexCodec() {}

    /// @param begin the part's first offset
    static byte[] encode(PartIndex index, long begin) {
        var strings = new Strings();
        var transactions = new VarintWriter();
        transactions.number(index.transactions().size());
        var last = new Last(begin, 0);
        for (TransactionEntry transaction : index.transactions()) {
            encode(transaction, last, strings, transactions);
            last = new Last(transaction.end(), transaction.immediateCommitMicros());
        }
        var summary = new VarintWriter();
        summary.number(index.tables().size());
        for (PartIndex.TableSummary table : index.tables()) {
            summary.number(strings.reference(table.table().schema()));
            summary.number(strings.reference(table.table().table()));
            summary.number(table.transactions());
            summary.number(table.inserted());
            summary.number(table.updated());
            summary.number(table.deleted());
            summary.number(table.statements());
        }
        var out = new VarintWriter();
        out.u16(VERSION);
        section(out, STRINGS, strings.encode());
        section(out, TRANSACTIONS, transactions);
        section(out, SUMMARY, summary);
        out.u16(END);
        return out.toByteArray();
    }

    private static void section(VarintWriter out, int type, VarintWriter content) {
        out.u16(type);
        out.u64(content.byteCount());
        out.bytes(content.toByteArray());
    }

    /// The end and commit time of the transaction before, from which the next is counted.
    private record Last(long end, long committedMicros) {}

    private static void encode(
            TransactionEntry transaction, Last last, Strings strings, VarintWriter out) {
        Gtid gtid = transaction.gtid();
        long originalDifference =
                transaction.originalCommitMicros() - transaction.immediateCommitMicros();
        out.u8(
                (gtid != null ? HAS_GTID : 0)
                        | (originalDifference != 0 ? HAS_ORIGINAL_TIME : 0)
                        | (transaction.connectionId() != 0 ? HAS_CONNECTION : 0)
                        | (transaction.areAllNamed() ? 0 : IS_NOT_ALL_NAMED)
                        | (transaction.isComplete() ? 0 : IS_INCOMPLETE));
        out.u8(transaction.kind().number());
        if (gtid != null) {
            out.number(strings.reference(gtid.source().toString()));
            out.number(gtid.sequence());
        }
        out.number(transaction.begin() - last.end);
        out.number(transaction.end() - transaction.begin());
        out.signed(transaction.immediateCommitMicros() - last.committedMicros);
        if (originalDifference != 0) {
            out.signed(originalDifference);
        }
        if (transaction.connectionId() != 0) {
            out.number(transaction.connectionId());
        }
        out.number(transaction.tables().size());
        for (TableRows rows : transaction.tables()) {
            out.number(strings.reference(rows.table().schema()));
            out.number(strings.reference(rows.table().table()));
            out.number(rows.inserted());
            out.number(rows.updated());
            out.number(rows.deleted());
            out.u8(rows.isExact() ? 1 : 0);
        }
        out.number(transaction.statements().size());
        for (Statement statement : transaction.statements()) {
            out.number(strings.reference(statement.verb()));
            out.number(strings.reference(statement.objectType()));
            out.number(strings.reference(statement.text()));
            out.number(strings.reference(statement.defaultSchema()));
            out.number(statement.names().size());
            for (Name name : statement.names()) {
                out.number(strings.reference(name.schema()));
                out.number(strings.reference(name.name()));
                out.number(strings.reference(name.index()));
            }
        }
    }

    /// Decodes an index whose checksums fit.
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is not an index of a known version
    static PartIndex decode(byte[] bytes, String source, long begin) {
        var in = new ByteCursor(bytes, source, 0);
        int version = in.u16("index version");
        if (version != VERSION) {
            throw in.impossible("index has version " + version + ", known is 1");
        }
        List<String> strings = List.of();
        var transactions = new ArrayList<TransactionEntry>();
        var tables = new ArrayList<PartIndex.TableSummary>();
        for (int type = in.u16("section"); type != END; type = in.u16("section")) {
            ByteCursor section = in.slice(in.u64("section length"), "section");
            switch (type) {
                case STRINGS -> strings = Strings.decode(section);
                case TRANSACTIONS ->
                        decodeTransactions(new Reading(section, strings), begin, transactions);
                case SUMMARY -> decodeSummary(new Reading(section, strings), tables);
                default -> {} // written by a later Holdfast, for those who know it
            }
        }
        if (in.hasRemaining()) {
            throw in.impossible("bytes follow the last section");
        }
        return new PartIndex(transactions, tables);
    }

    /// A section that is being read, and the strings it refers to.
    private record Reading(ByteCursor in, List<String> strings) {
        long number(String field) {
            return VarintWriter.readNumber(in, field);
        }

        /// A count of things that take at least a byte each.
        int count(String field) {
            long count = number(field);
            if (count < 0 || count > in.remaining()) {
                throw in.impossible(
                        field + " is " + Long.toUnsignedString(count) + ", more than could follow");
            }
            return (int) count;
        }

        String string(String field) {
            long reference = number(field);
            if (reference < 0 || reference >= strings.size()) {
                throw in.impossible(
                        field + " refers to string " + Long.toUnsignedString(reference));
            }
            return strings.get((int) reference);
        }
    }

    private static void decodeTransactions(
            Reading in, long begin, List<TransactionEntry> transactions) {
        int count = in.count("transaction count");
        Map<String, GtidSource> sources = new HashMap<>();
        var last = new Last(begin, 0);
        for (int i = 0; i < count; i++) {
            TransactionEntry transaction = decodeTransaction(in, last, sources);
            transactions.add(transaction);
            last = new Last(transaction.end(), transaction.immediateCommitMicros());
        }
        if (in.in.hasRemaining()) {
            throw in.in.impossible("bytes follow the last transaction");
        }
    }

    private static TransactionEntry decodeTransaction(
            Reading in, Last last, Map<String, GtidSource> sources) {
        int flags = in.in.u8("flags");
        Kind kind = kind(in.in, in.in.u8("kind"));
        Gtid gtid = null;
        if ((flags & HAS_GTID) != 0) {
            GtidSource source = source(in, sources);
            long sequence = in.number("sequence");
            if (sequence < 1) {
                throw in.in.impossible("sequence is " + sequence);
            }
            gtid = new Gtid(source, sequence);
        }
        long begin = last.end + in.number("begin");
        long end = begin + in.number("length");
        long committed = last.committedMicros + VarintWriter.readSigned(in.in, "committed");
        long original =
                committed
                        + ((flags & HAS_ORIGINAL_TIME) != 0
                                ? VarintWriter.readSigned(in.in, "original")
                                : 0);
        long connection = (flags & HAS_CONNECTION) != 0 ? in.number("connection") : 0;
        var tables = new ArrayList<TableRows>();
        for (int left = in.count("table count"); left > 0; left--) {
            tables.add(
                    new TableRows(
                            new TableName(in.string("schema"), in.string("table")),
                            in.number("inserted"),
                            in.number("updated"),
                            in.number("deleted"),
                            in.in.u8("is exact") != 0));
        }
        var statements = new ArrayList<Statement>();
        for (int left = in.count("statement count"); left > 0; left--) {
            statements.add(decodeStatement(in));
        }
        return new TransactionEntry(
                gtid,
                begin,
                end,
                committed,
                original,
                kind,
                tables,
                statements,
                connection,
                (flags & IS_NOT_ALL_NAMED) == 0,
                (flags & IS_INCOMPLETE) == 0);
    }

    private static Statement decodeStatement(Reading in) {
        String verb = in.string("verb");
        String objectType = in.string("object type");
        String text = in.string("text");
        String defaultSchema = in.string("default schema");
        var names = new ArrayList<Name>();
        for (int left = in.count("name count"); left > 0; left--) {
            names.add(new Name(in.string("schema"), in.string("name"), in.string("index")));
        }
        return new Statement(verb, objectType, names, text, defaultSchema);
    }

    private static GtidSource source(Reading in, Map<String, GtidSource> sources) {
        String text = in.string("source");
        GtidSource known = sources.get(text);
        if (known != null) {
            return known;
        }
        GtidSource source;
        try {
            source = GtidSet.parse(text + ":1").sources().first();
        } catch (io.holdfast.core.UsageException malformed) {
            throw in.in.impossible("'" + text + "' is not a source: " + malformed.problem().what());
        }
        sources.put(text, source);
        return source;
    }

    private static Kind kind(ByteCursor in, int number) {
        for (Kind kind : Kind.values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw in.impossible("kind of transaction is " + number);
    }

    private static void decodeSummary(Reading in, List<PartIndex.TableSummary> tables) {
        for (int left = in.count("summary count"); left > 0; left--) {
            tables.add(
                    new PartIndex.TableSummary(
                            new TableName(in.string("schema"), in.string("table")),
                            in.number("transactions"),
                            in.number("inserted"),
                            in.number("updated"),
                            in.number("deleted"),
                            in.number("statements")));
        }
        if (in.in.hasRemaining()) {
            throw in.in.impossible("bytes follow the summary");
        }
    }

    /// The texts of an index, each once.
    private static final class Strings {
        private final Map<String, Integer> references = new LinkedHashMap<>();

        int reference(String text) {
            return references.computeIfAbsent(text, _ -> references.size());
        }

        VarintWriter encode() {
            var out = new VarintWriter();
            out.number(references.size());
            references.keySet().forEach(out::text);
            return out;
        }

        static List<String> decode(ByteCursor in) {
            var reading = new Reading(in, List.of());
            var strings = new ArrayList<String>();
            for (int left = reading.count("string count"); left > 0; left--) {
                strings.add(VarintWriter.readText(in, "string"));
            }
            return strings;
        }
    }
}
