package io.holdfast.backup.logical;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyBoundTest {
    private static final KeyPart ID = new KeyPart("id", false, KeyPart.Kind.NUMBER, null);
    private static final KeyPart DAY = new KeyPart("da`y", true, KeyPart.Kind.DATE, null);
    private static final KeyPart NAME = new KeyPart("name", false, KeyPart.Kind.TEXT, "latin1");

    @Test
    void comparisonsAreWrittenOutPartByPart() {
        var bound = new KeyBound(List.of(ID, DAY, NAME), List.of("7", "DATE'2020-02-03'", "_x"));
        assertThat(bound.fromHere())
                .isEqualTo(
                        "(`id` > 7 OR (`id` = 7 AND (`da``y` < DATE'2020-02-03' OR (`da``y` ="
                                + " DATE'2020-02-03' AND `name` >= _x))))");
        assertThat(bound.beforeHere())
                .isEqualTo(
                        "(`id` < 7 OR (`id` = 7 AND (`da``y` > DATE'2020-02-03' OR (`da``y` ="
                                + " DATE'2020-02-03' AND `name` < _x))))");
        assertThat(bound.here())
                .isEqualTo("`id` = 7 AND `da``y` = DATE'2020-02-03' AND `name` = _x");
    }

    @Test
    void aBackwardsPartIsComparedBackwards() {
        var bound = new KeyBound(List.of(DAY), List.of("DATE'2020-02-03'"));
        assertThat(bound.fromHere()).isEqualTo("`da``y` <= DATE'2020-02-03'");
        assertThat(bound.beforeHere()).isEqualTo("`da``y` > DATE'2020-02-03'");
    }

    @Test
    void aRangeHasTheConditionsThatItNeeds() {
        var one = new KeyBound(List.of(ID), List.of("1"));
        var two = new KeyBound(List.of(ID), List.of("2"));
        assertThat(KeyBound.range(null, null, null)).isNull();
        assertThat(KeyBound.range("`a` = 5", null, two)).isEqualTo("`a` = 5 AND `id` < 2");
        assertThat(KeyBound.range(null, one, two)).isEqualTo("`id` >= 1 AND `id` < 2");
    }

    @Test
    void literalsAreSafeWhateverTheValueHolds() {
        byte[] value = "a'\\é".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(NAME.literal(value)).isEqualTo("_latin1 x'61275CE9'");
        assertThat(new KeyPart("b", false, KeyPart.Kind.BYTES, null).literal(value))
                .isEqualTo("x'61275CE9'");
        assertThat(new KeyPart("b", false, KeyPart.Kind.BYTES, null).literal(new byte[0]))
                .isEqualTo("x''");
    }

    @Test
    void aDoubleIsNeverReadAsADecimalNumber() {
        var part = new KeyPart("d", false, KeyPart.Kind.DOUBLE, null);
        assertThat(part.literal("0.1".getBytes(StandardCharsets.US_ASCII))).isEqualTo("0.1e0");
        assertThat(part.literal("1e300".getBytes(StandardCharsets.US_ASCII))).isEqualTo("1e300");
    }
}
