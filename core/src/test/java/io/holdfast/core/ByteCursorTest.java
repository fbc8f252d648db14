package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteCursorTest {
    private static final byte[] BYTES = {
        1,
        2,
        0,
        3,
        0,
        0,
        4,
        0,
        0,
        0,
        5,
        0,
        0,
        0,
        0,
        0,
        6,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        (byte) 0xFC,
        0,
        1,
        'h',
        'i',
        0
    };

    private static void readAll(ByteCursor in) {
        assertThat(in.u8("a")).isEqualTo(1);
        assertThat(in.u16("b")).isEqualTo(2);
        assertThat(in.u24("c")).isEqualTo(3);
        assertThat(in.u32("d")).isEqualTo(4);
        assertThat(in.u48("e")).isEqualTo(5);
        assertThat(in.u64("f")).isEqualTo(6);
        assertThat(in.lengthEncoded("g")).isEqualTo(256);
        assertThat(in.stringNul("h")).isEqualTo("hi");
    }

    @Test
    void readsEveryWidth() {
        var in = new ByteCursor(BYTES, "test", 100);
        readAll(in);
        assertThat(in.hasRemaining()).isFalse();
        assertThat(in.offset()).isEqualTo(100 + BYTES.length);
    }

    @Test
    void everyPrefixIsReportedAsTruncated() {
        for (int length = 0; length < BYTES.length; length++) {
            var in = new ByteCursor(BYTES, 0, length, "binlog.000001", 4);
            assertThatThrownBy(() -> readAll(in))
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            e -> {
                                assertThat(e.problem().code()).isEqualTo(CoreError.BYTES_TRUNCATED);
                                assertThat(e.problem().where())
                                        .startsWith("binlog.000001 at offset ");
                            });
        }
    }

    @Test
    void aLengthAbove63BitsIsImpossible() {
        byte[] bytes = {(byte) 0xFE, -1, -1, -1, -1, -1, -1, -1, -1};
        assertThatThrownBy(() -> new ByteCursor(bytes, "test", 0).lengthEncoded("n"))
                .isInstanceOf(CorruptDataException.class);
    }
}
