package io.holdfast.wire;

import io.holdfast.core.ByteCursor;

/// The first packet of the answer to `COM_STMT_PREPARE`; definitions of the parameters, then of the
/// columns follow.
///
/// | offset | bytes | field          | meaning                      |
/// |-------:|------:|----------------|------------------------------|
/// |      0 |     1 | mark           | 0                            |
/// |      1 |     4 | statement      | number, for this session     |
/// |      5 |     2 | columnCount    | 0 for a statement without result |
/// |      7 |     2 | parameterCount |                              |
/// |      9 |     1 | reserved       | 0                            |
/// |     10 |     2 | warnings       | count                        |
///
/// Source: MySQL 9.7 protocol manual, "COM_STMT_PREPARE_OK".
public record PreparedReply(long statement, int columnCount, int parameterCount) {
    public static PreparedReply read(ByteCursor in) {
        in.skip(1, "mark");
        return new PreparedReply(
                in.u32("statement"), in.u16("columnCount"), in.u16("parameterCount"));
    }
}
