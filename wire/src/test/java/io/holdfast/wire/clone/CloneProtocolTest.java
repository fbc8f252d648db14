package io.holdfast.wire.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: every response is read as its table says, no prefix of one is accepted, and commands have
/// the bytes that a donor expects. Method: hand-typed bytes.
final class CloneProtocolTest {
    private static final String DESCRIBED = "02 0c 00 ";
    private static final String HEADER = "00000064 000000%02x 000000%02x ";
    private static final String STATE =
            HEADER.formatted(46, 3)
                    + "00000003 00000000 00000002 00000005"
                    + " 0000000000010000 0000000000020000 0000";
    private static final String FILE =
            HEADER.formatted(62 + 11, 4)
                    + "00000002 0000000000028000 0000000000004000 00004021 00001000 0001"
                    + " 00000007 00000003 00000001 00000001"
                    + " 0000000b 2e2f64622f742e69626400";
    private static final String BLOCK =
            HEADER.formatted(52, 5)
                    + "00000004 00000000 00000009 00000001 00000002 00100000"
                    + " 0000000000000800 0000000000400000";

    private static ByteCursor cursor(String hex) {
        return new ByteCursor(bytes(hex), "donor", 0);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static CloneDescriptor described(String hex) {
        if (CloneResponse.read(cursor(DESCRIBED + hex))
                instanceof CloneResponse.Described(int engine, int index, var descriptor)) {
            assertThat(engine).isEqualTo(CloneLocator.INNODB);
            assertThat(index).isZero();
            return descriptor;
        }
        throw new AssertionError("not a descriptor");
    }

    private static String hex(CloneCommand command) {
        var out = new ByteBuilder();
        command.write(out);
        return HexFormat.of().formatHex(out.toArray());
    }

    @Test
    void settingsAreNamesAndValues() {
        assertThat(CloneResponse.read(cursor("04 02000000 6162")))
                .isEqualTo(new CloneResponse.Setting(CloneResponse.Setting.Kind.PLUGIN, "ab", ""));
        assertThat(CloneResponse.read(cursor("07 01000000 61 02000000 736f")))
                .isEqualTo(new CloneResponse.Setting(CloneResponse.Setting.Kind.PLUGIN, "a", "so"));
        for (String number : List.of("05", "08", "09")) {
            assertThat(CloneResponse.read(cursor(number + "01000000 61 01000000 62")))
                    .isEqualTo(
                            new CloneResponse.Setting(
                                    CloneResponse.Setting.Kind.CONFIGURATION, "a", "b"));
        }
    }

    @Test
    void aCloneBeginsWithItsLocators() {
        assertThat(CloneResponse.read(cursor("01 03010000 0c 03000000 010203")))
                .isEqualTo(
                        new CloneResponse.Locators(
                                0x0103, List.of(new CloneLocator(12, new byte[] {1, 2, 3}))));
    }

    @Test
    void anAnswerEndsWellOrBadly() {
        assertThat(CloneResponse.read(cursor("63"))).isEqualTo(new CloneResponse.Complete());
        assertThat(CloneResponse.read(cursor("64 320e0000 4e6f")))
                .isEqualTo(new CloneResponse.Failure(3634, "No"));
    }

    @Test
    void aPhaseEndsAndIsAcknowledged() {
        assertThat(described(STATE)).isInstanceOf(CloneDescriptor.State.class);
        var ended = (CloneDescriptor.State) described(STATE);
        assertThat(ended)
                .isEqualTo(new CloneDescriptor.State(ClonePhase.PAGES, 0, 2, 5, 65536, 131072, 0));
        assertThat(ended.isEnd()).isTrue();
        assertThat(ended.isBeginning()).isFalse();
        var locator = new CloneLocator(12, new byte[] {1, 2, 3});
        String acknowledged = STATE.substring(0, STATE.length() - 1) + "2";
        assertThat(hex(new CloneCommand.Ack(locator, ended)))
                .isEqualTo(
                        "05 00000000 0c 03000000 010203 2e000000 ".replace(" ", "")
                                + acknowledged.replace(" ", ""));
    }

    @Test
    void aFileIsNamed() {
        var file = (CloneDescriptor.File) described(FILE);
        assertThat(file)
                .isEqualTo(
                        new CloneDescriptor.File(
                                ClonePhase.FILES,
                                163840,
                                16384,
                                0x4021,
                                1,
                                7,
                                3,
                                1,
                                1,
                                "./db/t.ibd"));
        assertThat(file.isEncrypted()).isFalse();
        assertThat(file.isChangedByDdl()).isFalse();
    }

    @Test
    void aBlockSaysWhereItBelongs() {
        assertThat(described(BLOCK))
                .isEqualTo(
                        new CloneDescriptor.Block(
                                ClonePhase.REDO, 0, 9, 1, 2, 1 << 20, 2048, 4 << 20));
    }

    @Test
    void noPrefixIsAccepted() {
        for (String whole :
                List.of(
                        "01 03010000 0c 03000000 010203",
                        "07 01000000 61 02000000 736f",
                        DESCRIBED + STATE,
                        DESCRIBED + FILE,
                        DESCRIBED + BLOCK,
                        DESCRIBED + HEADER.formatted(24, 2) + "000000000000000000000000")) {
            byte[] all = bytes(whole);
            CloneResponse _ = CloneResponse.read(new ByteCursor(all, "donor", 0));
            for (int length = 0; length < all.length; length++) {
                if (all[0] == 1 && length == 5) {
                    continue; // a donor without storage engines
                }
                var cut = new ByteCursor(Arrays.copyOf(all, length), "donor", 0);
                assertThatThrownBy(() -> CloneResponse.read(cut))
                        .as("%s of %d bytes", whole, length)
                        .isInstanceOf(CorruptDataException.class);
            }
        }
    }

    @Test
    void impossibleFieldsAreRefused() {
        for (String impossible :
                List.of(
                        "03",
                        "0a",
                        DESCRIBED + BLOCK.replace("00000064", "00000065"),
                        DESCRIBED + BLOCK + "00",
                        DESCRIBED + BLOCK.replace("00100000", "7fffffff"),
                        DESCRIBED + BLOCK.replace("0000000000000800", "8000000000000800"),
                        DESCRIBED + BLOCK.replace("00000004 ", "00000006 "),
                        DESCRIBED + FILE.replace("0000000b", "7fffffff"),
                        DESCRIBED + FILE.replace("6400", "6464"),
                        DESCRIBED + FILE.replace("2e69", "0069"),
                        "01 03010000 0c ffffff7f 010203")) {
            assertThatThrownBy(() -> CloneResponse.read(cursor(impossible)))
                    .as(impossible)
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void aKeyInClearIsPassedOver() {
        String withKey =
                FILE.replace("00000049", "00000089").replace("00001000 0001", "00001000 0024")
                        + "ab".repeat(64);
        var file = (CloneDescriptor.File) described(withKey);
        assertThat(file.isEncrypted()).isTrue();
        assertThat(file.toString()).doesNotContain("ab".repeat(4)).doesNotContain("key");
    }

    @Test
    void commandsHaveTheirNumbers() {
        assertThat(hex(new CloneCommand.Init(60))).isEqualTo("01030100003c000000");
        assertThat(hex(new CloneCommand.Execute())).isEqualTo("04");
        assertThat(hex(new CloneCommand.Exit())).isEqualTo("06");
        assertThatThrownBy(() -> new CloneCommand.Init(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
