package io.holdfast.wire;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;

/// One column of a result, as the server describes it: `ColumnDefinition41`.
///
/// | bytes | field         | meaning                                                        |
/// |------:|---------------|----------------------------------------------------------------|
/// |     … | catalog       | length-encoded text, always `def`                              |
/// |     … | schema        | length-encoded text, as the next four                          |
/// |     … | table         | the alias                                                      |
/// |     … | originalTable |                                                                |
/// |     … | name          | the alias                                                      |
/// |     … | originalName  |                                                                |
/// |     1 | fixed         | 12: the bytes of the following up to decimals, with 2 reserved |
/// |     2 | collation     | number; 63 is binary                                           |
/// |     4 | byteCountMax  | display width or maximum bytes                                 |
/// |     1 | type          | see [ColumnType]                                               |
/// |     2 | flags         | `NOT_NULL_FLAG` 1, `UNSIGNED_FLAG` 32, `BINARY_FLAG` 128, …    |
/// |     1 | decimals      | digits behind the point; 31 if any                             |
/// |     2 | reserved      | 0                                                              |
///
/// Source: MySQL 9.7 protocol manual, "Column Definition"; `include/field_types.h`.
public record ColumnDefinition(
        String schema,
        String table,
        String originalTable,
        String name,
        String originalName,
        int collation,
        long byteCountMax,
        int type,
        int flags,
        int decimals) {
    public static final int COLLATION_BINARY = 63;
    private static final int FLAG_UNSIGNED = 32;
    private static final int FIXED_BYTES = 12;

    /// The most one definition can take: six names and the fixed part.
    public static final int BYTES_MAX = 64 << 10;

    /// A column that a server of ours sends: a name and a type, nothing else known.
    public static ColumnDefinition named(String name, int type, int collation) {
        return new ColumnDefinition("", "", "", name, "", collation, 1024, type, 0, 0);
    }

    public boolean isUnsigned() {
        return (flags & FLAG_UNSIGNED) != 0;
    }

    public static ColumnDefinition read(ByteCursor in) {
        in.stringLengthEncoded("catalog");
        String schema = in.stringLengthEncoded("schema");
        String table = in.stringLengthEncoded("table");
        String originalTable = in.stringLengthEncoded("originalTable");
        String name = in.stringLengthEncoded("name");
        String originalName = in.stringLengthEncoded("originalName");
        in.lengthEncoded("fixed");
        in.need(FIXED_BYTES, "column definition's fixed part");
        return new ColumnDefinition(
                schema,
                table,
                originalTable,
                name,
                originalName,
                in.u16("collation"),
                in.u32("byteCountMax"),
                in.u8("type"),
                in.u16("flags"),
                in.u8("decimals"));
    }

    public void write(ByteBuilder out) {
        out.stringLengthEncoded("def")
                .stringLengthEncoded(schema)
                .stringLengthEncoded(table)
                .stringLengthEncoded(originalTable)
                .stringLengthEncoded(name)
                .stringLengthEncoded(originalName)
                .lengthEncoded(FIXED_BYTES)
                .u16(collation)
                .u32(byteCountMax)
                .u8(type)
                .u16(flags)
                .u8(decimals)
                .u16(0);
    }
}
