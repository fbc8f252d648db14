package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.GtidSet;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.ServerIdentity;
import io.holdfast.repository.format.StreamRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: a backup that is not surely the server's own past is no base, and the reason is said.
final class BaseFitTest {
    private static final UUID SERVER = new UUID(7, 7);
    private static final GtidSet GTIDS = GtidSet.parse(SERVER + ":1-100");

    @Test
    void theServersOwnPastFits() {
        assertThat(fit("9.7.4", 5000, GTIDS, "h1").problemOf(manifest(SERVER, null))).isEmpty();
        assertThat(fit("9.7.4", 5000, GTIDS, null).problemOf(manifest(SERVER, "h1"))).isEmpty();
        assertThat(fit("9.7.4", 2000, GTIDS, "h1").problemOf(manifest(SERVER, "h1"))).isEmpty();
    }

    @Test
    void anotherServerVersionOrHistoryDoesNot() {
        assertThat(fit("9.7.4", 5000, GTIDS, null).problemOf(manifest(new UUID(1, 1), null)))
                .contains("this server");
        assertThat(fit("9.7.5", 5000, GTIDS, null).problemOf(manifest(SERVER, null)))
                .contains("9.7.4")
                .contains("9.7.5");
        assertThat(fit("9.7.4", 5000, GTIDS, "h2").problemOf(manifest(SERVER, "h1")))
                .contains("another history");
    }

    @Test
    void aServerThatWentBackDoesNot() {
        assertThat(fit("9.7.4", 1999, GTIDS, null).problemOf(manifest(SERVER, null)))
                .contains("LSN 2000");
        GtidSet fewer = GtidSet.parse(SERVER + ":1-90");
        assertThat(fit("9.7.4", 5000, fewer, null).problemOf(manifest(SERVER, null)))
                .contains("lacks 10");
    }

    private static BaseFit fit(String version, long lsn, GtidSet gtids, @Nullable String history) {
        return new BaseFit(identity(SERVER, version), 16384, lsn, gtids, history, Map.of());
    }

    private static ServerIdentity identity(UUID server, String version) {
        return new ServerIdentity(server, version, "", "host", 3306, 1);
    }

    private static Manifest manifest(UUID server, @Nullable String history) {
        Instant at = Instant.EPOCH;
        var section =
                new PhysicalSection(
                        StreamRef.EMPTY,
                        StreamRef.EMPTY,
                        1000,
                        2000,
                        RedoFileHeader.FORMAT,
                        false,
                        16384,
                        PhysicalSection.Method.FULL,
                        null,
                        at,
                        0,
                        0,
                        0);
        var state =
                new BackupState(
                        BackupKind.PHYSICAL,
                        identity(server, "9.7.4"),
                        history,
                        GTIDS,
                        null,
                        at,
                        Map.of(),
                        List.of(),
                        null,
                        section);
        return new Manifest(
                new BackupId("20261122t161000z-1f3a90c2"),
                List.of(),
                "0.1.0",
                at,
                at,
                state,
                List.of(),
                0,
                0);
    }
}
