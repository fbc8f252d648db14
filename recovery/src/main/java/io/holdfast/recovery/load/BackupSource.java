package io.holdfast.recovery.load;

import io.holdfast.core.ByteSink;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.LogicalSection;
import io.holdfast.repository.ReplicationChannel;
import io.holdfast.repository.StreamInput;
import io.holdfast.repository.logical.TableLine;
import java.io.InputStream;
import java.util.List;

/// A logical backup in a repository.
public final class BackupSource implements LoadSource {
    private final BackupReader backup;
    private final LogicalSection logical;

    private BackupSource(BackupReader backup, LogicalSection logical) {
        this.backup = backup;
        this.logical = logical;
    }

    /// The rows and objects of a backup.
    ///
    /// @throws RefusedException if the backup is not a logical one
    public static BackupSource of(BackupReader backup) {
        LogicalSection logical = backup.manifest().state().logical();
        if (logical == null) {
            throw new RefusedException(
                    Problem.of(LoadError.BACKUP_INCOMPLETE)
                            .what("the backup is not a logical one")
                            .where("backup %s", backup.manifest().backup())
                            .remedy("Choose another one: 'holdfast list' shows their kinds."));
        }
        return new BackupSource(backup, logical);
    }

    @Override
    public InputStream objects() {
        return backup.open(logical.schemaObjects());
    }

    @Override
    public InputStream chunks() {
        return backup.open(logical.tables());
    }

    @Override
    public void rows(TableLine.Chunk chunk, ByteSink sink) {
        try (StreamInput input = backup.open(chunk.stream())) {
            input.transferTo(sink);
        }
    }

    @Override
    public long rowCount() {
        return logical.rowCount();
    }

    @Override
    public List<ReplicationChannel> channels() {
        return backup.manifest().state().channels();
    }
}
