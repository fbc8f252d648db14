package io.holdfast.recovery.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-1",
                "0.1",
                "1.0",
                "-0.0",
                "1.5",
                "[1, 2.5]",
                "18446744073709551615",
                "-9223372036854775808",
                "1e100",
                "1.5e-7",
                "123456789.12345679",
                "\"1.50\"",
                "{\"1.50\": \"0.10\"}",
                "\"\\\"1.50\"",
                "null",
                "[]",
                "\"\\\\\""
            })
    void whatADoubleOrAnIntegerPrintsNeedsNothing(String text) {
        assertThat(loses(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.50",
                "0.00",
                "[1, 2.500]",
                "{\"a\": {\"b\": [0.10]}}",
                "18446744073709551616",
                "-9223372036854775809",
                "12345678901234567890123.5",
                "0.12345678901234567890"
            })
    void whatOnlyADecimalPrintsIsFound(String text) {
        assertThat(loses(text)).isTrue();
    }

    @Test
    void onlyTheWayToTheDecimalIsWrittenOut() {
        assertThat(expression("{\"a\": [1, 2], \"b\": [1.50, \"x\"]}"))
                .isEqualTo(
                        "JSON_OBJECT(JSON_UNQUOTE(CONVERT(x'226122' USING utf8mb4)),"
                                + " CAST(CONVERT(x'5b312c20325d' USING utf8mb4) AS JSON),"
                                + " JSON_UNQUOTE(CONVERT(x'226222' USING utf8mb4)),"
                                + " JSON_ARRAY(1.50, CAST(CONVERT(x'227822' USING utf8mb4) AS JSON)))");
    }

    @Test
    void aDecimalAloneIsCast() {
        assertThat(expression("-1.50")).isEqualTo("CAST(-1.50 AS JSON)");
    }

    private static boolean loses(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ExactJson.losesByText(bytes, 0, bytes.length);
    }

    private static String expression(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ExactJson.expression(bytes, 0, bytes.length);
    }
}
