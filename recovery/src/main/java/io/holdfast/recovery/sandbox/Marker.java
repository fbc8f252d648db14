package io.holdfast.recovery.sandbox;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a restored folder says of itself, so that a later recovery can go on from there. A text
/// file of `name: value` lines:
///
/// | name           | value                                                              |
/// |----------------|--------------------------------------------------------------------|
/// | `holdfast`     | `1`, the version of this file                                      |
/// | `state`        | `unfinished` or `finished`                                         |
/// | `repository`   | the repository's id                                                |
/// | `backup`       | the backup's id                                                    |
/// | `history`      | the history it stands in; empty if no log was replayed and none is known |
/// | `gtids`        | exactly what it has executed, skipped transactions included        |
/// | `position`     | its place in the history's log; empty if there is none             |
/// | `server-uuid`  | the restored server's own, new UUID; empty while unfinished        |
///
/// @param server the new `server_uuid`, under which it would execute transactions of its own
public record Marker(
        boolean isFinished,
        String repository,
        String backup,
        String history,
        GtidSet gtids,
        @Nullable BinlogPosition position,
        @Nullable UUID server) {
    private static final String VERSION = "1";

    String render() {
        return Text.format(
                """
                holdfast: %s
                state: %s
                repository: %s
                backup: %s
                history: %s
                gtids: %s
                position: %s
                server-uuid: %s
                """,
                VERSION,
                isFinished ? "finished" : "unfinished",
                repository,
                backup,
                history,
                gtids,
                position == null ? "" : position,
                server == null ? "" : server);
    }

    /// @throws CorruptDataException if it is not such a text
    static Marker parse(String text, String source) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        try {
            String position = values.getOrDefault("position", "");
            String server = values.getOrDefault("server-uuid", "");
            if (!VERSION.equals(values.get("holdfast")) || !values.containsKey("gtids")) {
                throw damaged(source);
            }
            return new Marker(
                    "finished".equals(values.get("state")),
                    values.getOrDefault("repository", ""),
                    values.getOrDefault("backup", ""),
                    values.getOrDefault("history", ""),
                    GtidSet.parse(values.getOrDefault("gtids", "")),
                    position.isEmpty() ? null : BinlogPosition.parse(position),
                    server.isEmpty() ? null : UUID.fromString(server));
        } catch (UsageException | IllegalArgumentException _) {
            throw damaged(source);
        }
    }

    private static CorruptDataException damaged(String source) {
        return new CorruptDataException(
                Problem.of(RecoveryError.CONTINUE_REFUSED)
                        .what("the marker cannot be read")
                        .where("%s", source)
                        .remedy("Recover into a new folder."));
    }
}
