package io.holdfast.wire.clone;

import io.holdfast.core.ByteBuilder;

/// What a recipient asks of a donor, on a connection that [io.holdfast.wire.Command.Clone] has
/// turned over to the clone plugin: one byte of number, then what the command defines. Integers are
/// little-endian.
///
/// | number | command                                                          |
/// |-------:|------------------------------------------------------------------|
/// |      1 | [Init]                                                           |
/// |      2 | attach a further connection; not used here                       |
/// |      3 | begin again after a broken connection; not used here             |
/// |      4 | [Execute]                                                        |
/// |      5 | [Ack]                                                            |
/// |      6 | [Exit]                                                           |
///
/// Source: MySQL 9.7 `plugin/clone/include/clone.h`, `Command_RPC`;
/// `plugin/clone/src/clone_server.cc`, `Server::parse_command_buffer`.
public sealed interface CloneCommand {
    /// The newest version of this protocol that is known here. Source: MySQL 9.7
    /// `plugin/clone/include/clone.h`, `CLONE_PROTOCOL_VERSION_V4`.
    int VERSION = 0x0103;

    void write(ByteBuilder out);

    /// Begins a clone, or joins the connection to none.
    ///
    /// | bytes | field      | meaning                                                        |
    /// |------:|------------|----------------------------------------------------------------|
    /// |     1 | number     | 1                                                              |
    /// |     4 | version    | the recipient's; the donor answers with the lower one          |
    /// |     4 | ddlTimeout | seconds to wait for the backup lock; bit 31: let DDL go on     |
    /// |     … | locators   | none for a new clone                                           |
    ///
    /// @param lockWaitSeconds 1 or more: DDL is held back from then to [Exit]
    record Init(int lockWaitSeconds) implements CloneCommand {
        public Init {
            if (lockWaitSeconds < 1) {
                throw new IllegalArgumentException("0 would not lock: " + lockWaitSeconds);
            }
        }

        @Override
        public void write(ByteBuilder out) {
            out.u8(1).u32(VERSION).u32(lockWaitSeconds);
        }
    }

    /// Has the donor send everything.
    record Execute() implements CloneCommand {
        @Override
        public void write(ByteBuilder out) {
            out.u8(4);
        }
    }

    /// Says that all of a phase has arrived; comes on the second connection, because the first one
    /// is busy.
    ///
    /// | bytes | field      | meaning                                    |
    /// |------:|------------|--------------------------------------------|
    /// |     1 | number     | 5                                          |
    /// |     4 | error      | 0; else the donor gives up                 |
    /// |     … | locator    | see [CloneLocator]                         |
    /// |     4 | bytes      | of the descriptor                          |
    /// |     … | descriptor | the phase's end, as it came, with its acknowledgement bit |
    record Ack(CloneLocator locator, CloneDescriptor.State ended) implements CloneCommand {
        @Override
        public void write(ByteBuilder out) {
            var descriptor = new ByteBuilder();
            ended.acknowledged().write(descriptor);
            out.u8(5).u32(0);
            locator.write(out);
            out.u32(descriptor.byteCount()).bytes(descriptor.toArray());
        }
    }

    /// Ends the clone on this connection, and with it the lock.
    record Exit() implements CloneCommand {
        @Override
        public void write(ByteBuilder out) {
            out.u8(6);
        }
    }
}
