package io.holdfast.backup.physical;

import io.holdfast.core.GtidSet;
import io.holdfast.core.Text;
import io.holdfast.innodb.RedoFileHeader;
import io.holdfast.repository.BackupState;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PhysicalSection;
import io.holdfast.repository.ServerIdentity;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The server as a base must fit it. Whether the base's *pages* are this server's is not told by
/// any of this: every page is compared when it is read ([SegmentCopy]).
///
/// @param lsn end of the redo log
/// @param gtids executed by now
/// @param history the archive's, that goes on now; null if there is none
/// @param settings as in [BackupState#settings()]
public record BaseFit(
        ServerIdentity server,
        int pageBytes,
        long lsn,
        GtidSet gtids,
        @Nullable String history,
        Map<String, String> settings) {
    private static final String LETTER_CASE = "lower_case_table_names";

    public BaseFit {
        settings = Map.copyOf(settings);
    }

    /// Why a backup cannot be the base, in words that follow "because"; empty if it can.
    String problemOf(Manifest manifest) {
        BackupState state = manifest.state();
        PhysicalSection section = state.physical();
        if (section == null || !state.server().uuid().equals(server.uuid())) {
            return "it is no physical backup of this server";
        }
        if (!state.server().version().equals(server.version())) {
            return Text.format(
                    "it is of version %s, the server has %s by now",
                    state.server().version(), server.version());
        }
        if (section.pageBytes() != pageBytes || section.redoFormat() != RedoFileHeader.FORMAT) {
            return Text.format(
                    "its pages have %d bytes and its redo format %d, the server's %d and %d",
                    section.pageBytes(), section.redoFormat(), pageBytes, RedoFileHeader.FORMAT);
        }
        if (!Objects.equals(state.settings().get(LETTER_CASE), settings.get(LETTER_CASE))) {
            return "its " + LETTER_CASE + " is another one";
        }
        if (state.history() != null && history != null && !state.history().equals(history)) {
            return "the server's binary log has begun another history since";
        }
        if (section.endLsn() > lsn) {
            return Text.format(
                    "it ends at LSN %d, the server's redo log at %d: its files went back in time",
                    section.endLsn(), lsn);
        }
        GtidSet lost = state.gtidSet().subtract(gtids);
        if (!lost.isEmpty()) {
            return Text.format(
                    "the server lacks %d of its transactions: it was reset or went back in time",
                    lost.count());
        }
        return "";
    }
}
