package io.holdfast.wire.clone;

import io.holdfast.core.ByteCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a donor answers: one byte of number, then what the response defines. Each command is
/// answered by any number of them, of which the last is [Complete] or [Failure]. Integers are
/// little-endian.
///
/// | number | response                                                            |
/// |-------:|---------------------------------------------------------------------|
/// |      1 | [Locators]                                                          |
/// |      2 | [Described]                                                         |
/// |      3 | data: the bytes that the descriptor before it announced, see [#DATA] |
/// |      4 | [Setting] `PLUGIN`: a name                                          |
/// |      5 | [Setting] `CONFIGURATION`: name and value                           |
/// |      6 | [Setting] `COLLATION`: a name                                       |
/// |      7 | [Setting] `PLUGIN`: name and library                                |
/// |      8 | [Setting] `CONFIGURATION`: name and value, since version 0x0102     |
/// |      9 | [Setting] `CONFIGURATION`: name and value, since version 0x0103     |
/// |     99 | [Complete]                                                          |
/// |    100 | [Failure]                                                           |
///
/// Source: MySQL 9.7 `plugin/clone/include/clone.h`, `Command_Response`;
/// `plugin/clone/src/clone_server.cc`, `Server::send_*`.
public sealed interface CloneResponse {
    /// The number of a response that is not read here: its bytes are taken as they come.
    int DATA = 3;

    private static String text(ByteCursor in, String field) {
        return in.string(in.u32(field), StandardCharsets.UTF_8, field);
    }

    /// Reads any response but [#DATA].
    ///
    /// @throws io.holdfast.core.CorruptDataException if it is none
    static CloneResponse read(ByteCursor in) {
        int number = in.u8("response");
        return switch (number) {
            case 1 -> Locators.readBody(in);
            case 2 ->
                    new Described(
                            in.u8("engine"), in.u8("locator's index"), CloneDescriptor.read(in));
            case 4 -> new Setting(Setting.Kind.PLUGIN, text(in, "plugin"), "");
            case 6 -> new Setting(Setting.Kind.COLLATION, text(in, "collation"), "");
            case 7 -> new Setting(Setting.Kind.PLUGIN, text(in, "plugin"), text(in, "library"));
            case 5, 8, 9 ->
                    new Setting(Setting.Kind.CONFIGURATION, text(in, "name"), text(in, "value"));
            case 99 -> new Complete();
            case 100 -> new Failure((int) in.u32("error"), in.stringRest());
            default -> throw in.impossible("clone response " + number + " is not known");
        };
    }

    /// The clone has begun.
    ///
    /// | bytes | field    | meaning                                        |
    /// |------:|----------|------------------------------------------------|
    /// |     1 | number   | 1                                              |
    /// |     4 | version  | of the protocol that the donor chose           |
    /// |     … | locators | one for each storage engine, see [CloneLocator] |
    record Locators(long version, List<CloneLocator> locators) implements CloneResponse {
        private static final int LOCATORS_MAX = 64;

        public Locators {
            locators = List.copyOf(locators);
        }

        static Locators readBody(ByteCursor in) {
            long version = in.u32("version");
            var locators = new ArrayList<CloneLocator>();
            while (in.hasRemaining()) {
                if (locators.size() == LOCATORS_MAX) {
                    throw in.impossible("a donor has more than 64 storage engines");
                }
                locators.add(CloneLocator.read(in));
            }
            return new Locators(version, locators);
        }
    }

    /// A storage engine's descriptor.
    ///
    /// | bytes | field      | meaning                                  |
    /// |------:|------------|------------------------------------------|
    /// |     1 | number     | 2                                        |
    /// |     1 | engine     | as in [CloneLocator]                     |
    /// |     1 | locator    | its index among [Locators]               |
    /// |     … | descriptor | the rest                                 |
    record Described(int engine, int locatorIndex, CloneDescriptor descriptor)
            implements CloneResponse {}

    /// Something of the donor's that a recipient must have too. Names and values: a count of 4
    /// bytes, then so many.
    ///
    /// @param value a setting's value, a plugin's library; empty if it has none
    record Setting(Kind kind, String name, String value) implements CloneResponse {
        /// What is named.
        public enum Kind {
            PLUGIN,
            COLLATION,
            CONFIGURATION
        }
    }

    /// The command has been carried out.
    record Complete() implements CloneResponse {}

    /// The command has failed, and the clone with it.
    ///
    /// @param number the server's error number
    record Failure(int number, String message) implements CloneResponse {}
}
