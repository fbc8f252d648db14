package io.holdfast.backup;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ServerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a backup did, whatever its kind.
public interface BackupReport {
    BackupId backup();

    ServerIdentity server();

    /// The moment that a restore comes to.
    GtidSet gtidSet();

    /// The same moment in the binary log; null if there is none, or it is not known.
    @Nullable BinlogPosition position();

    /// The same moment by this machine's clock.
    Instant consistentAt();

    Duration total();

    /// How long DDL was kept out.
    Duration ddlBlocked();

    /// Bytes in the repository.
    long storedBytes();

    /// What a person should know.
    List<String> notes();
}
