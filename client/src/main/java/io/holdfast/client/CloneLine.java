package io.holdfast.client;

import io.holdfast.core.ByteBuilder;
import io.holdfast.core.ByteCursor;
import io.holdfast.core.CorruptDataException;
import io.holdfast.wire.ErrPacket;
import io.holdfast.wire.clone.CloneCommand;
import io.holdfast.wire.clone.CloneDescriptor;
import io.holdfast.wire.clone.CloneResponse;
import java.util.function.Consumer;

/// A session that speaks the clone protocol: commands go, responses come. Every packet begins a new
/// exchange and has the number 0. Source: MySQL 9.7
/// `sql/server_component/clone_protocol_service.cc`, `mysql_clone_send_response`.
///
/// Confined to one thread, but for [#abort()].
final class CloneLine {
    private final Session session;
    private final PacketLine line;
    private final ByteBuilder scratch = new ByteBuilder();
    private byte[] block = new byte[1 << 20];

    CloneLine(Session session, PacketLine line) {
        this.session = session;
        this.line = line;
    }

    /// Sends a command and gives each response to the sink until the last one has come.
    ///
    /// @throws io.holdfast.core.SqlErrorException if the donor could not carry the command out
    void run(CloneCommand command, String name, Consumer<CloneResponse> sink) {
        session.exchange(() -> {
            send(command);
            CloneResponse response = receive(name);
            while (!(response instanceof CloneResponse.Complete)) {
                sink.accept(response);
                response = receive(name);
            }
            return response;
        });
    }

    private void send(CloneCommand command) {
        scratch.clear();
        command.write(scratch);
        line.restartSequence();
        line.sendPayload(scratch);
    }

    private CloneResponse receive(String name) {
        open(name);
        CloneResponse response =
                CloneResponse.read(line.reader.held(PacketLine.SMALL_BYTES_MAX, "clone response"));
        if (response instanceof CloneResponse.Failure(int number, String message)) {
            throw new ErrPacket(number, "HY000", message).toException(where(name));
        }
        return response;
    }

    private void open(String name) {
        line.restartSequence();
        line.reader.open();
        if (line.isError()) {
            throw line.readError().toException(where(name));
        }
    }

    /// Takes the bytes that a descriptor has announced, which come next.
    ///
    /// @return an array that begins with them, ours again at the next call
    byte[] receive(CloneDescriptor.Block announced) {
        if (block.length < announced.byteCount()) {
            block = new byte[announced.byteCount()];
        }
        open("data");
        if (line.reader.first() != CloneResponse.DATA) {
            throw unexpected("response " + line.reader.first() + " came instead of a file's bytes");
        }
        line.reader.skip(1);
        var taken = new Taken(announced.byteCount());
        line.reader.transferTo(
                (bytes, offset, byteCount, _) -> taken.add(bytes, offset, byteCount));
        if (taken.count != announced.byteCount()) {
            throw unexpected(
                    taken.count + " bytes came of " + announced.byteCount() + " announced");
        }
        return block;
    }

    /// How much of a block has come.
    private final class Taken {
        private final int announced;
        private int count;

        Taken(int announced) {
            this.announced = announced;
        }

        void add(byte[] bytes, int offset, int byteCount) {
            if (byteCount > announced - count) {
                throw unexpected("more than the " + announced + " bytes announced came");
            }
            System.arraycopy(bytes, offset, block, count, byteCount);
            count += byteCount;
        }
    }

    private CorruptDataException unexpected(String what) {
        return new ByteCursor(new byte[0], where("data"), 0).impossible(what);
    }

    private String where(String name) {
        return "server " + line.server + ", clone, " + name;
    }

    void abort() {
        session.abort();
    }
}
