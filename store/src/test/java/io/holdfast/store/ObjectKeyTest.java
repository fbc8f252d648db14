package io.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ObjectKeyTest {
    @Test
    void keysOfTheFormatAreKeys() {
        for (String text :
                List.of(
                        "root",
                        "packs/0a/0a1b.pack",
                        "archive/3e11fa47-71ca/parts/1-4-9.part",
                        "a",
                        "a..b/c")) {
            assertThat(ObjectKey.of(text).text()).isEqualTo(text);
            assertThat(ObjectKey.isKey(text)).isTrue();
        }
    }

    @Test
    void whatCouldLeaveTheStoreOrConfuseAFileSystemIsRefused() {
        for (String text :
                List.of(
                        "",
                        "/",
                        "/a",
                        "a/",
                        "a//b",
                        ".",
                        "..",
                        "../a",
                        "a/../b",
                        "a/.b",
                        "A",
                        "ä",
                        "a b",
                        "a\\b",
                        "a\0",
                        "x".repeat(201),
                        "x/".repeat(256) + "x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(text));
            assertThat(ObjectKey.isKey(text)).as(text).isFalse();
        }
    }
}
