package io.holdfast.recovery.sandbox;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.GtidSet;
import io.holdfast.core.Problem;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a restored folder says of itself, so that a later recovery can go on from there. A text
/// file of `name: value` lines:
///
/// | name                | value                                                              |
/// |---------------------|--------------------------------------------------------------------|
/// | `holdfast`          | `1`, the version of this file                                      |
/// | `state`             | the [Stage], in small letters                                      |
/// | `repository`        | the repository's id                                                |
/// | `backup`            | the backup's id                                                    |
/// | `history`           | the history it stands in; empty if no log was replayed and none is known |
/// | `gtids`             | exactly what it had executed when it was finished last, skipped transactions included |
/// | `position`          | its place in the history's log then; empty if there is none        |
/// | `server-uuid`       | the restored server's own, new UUID; empty while unfinished        |
/// | `skipped`           | GTIDs that the replay which was begun since leaves out             |
/// | `skipped-positions` | without GTIDs: where the transactions begin that it leaves out, with commas between |
/// | `reached`           | without GTIDs: where it began, if that is further on               |
/// | `event`             | a line for each scheduled event there was when it was finished last, see [Attempt] |
///
/// The last four are there only when the state is `continued`.
///
/// @param server the new `server_uuid`, under which it would execute transactions of its own
public record Marker(
        Stage stage,
        String repository,
        String backup,
        String history,
        GtidSet gtids,
        @Nullable BinlogPosition position,
        @Nullable UUID server,
        Attempt attempt) {
    private static final String VERSION = "1";

    /// How far a folder is.
    public enum Stage {
        /// It is being made of a backup; nothing in it is to be trusted.
        UNFINISHED,
        /// It held a server, and its files are being made those of another backup; nothing in it is
        /// to be trusted, and the same command completes it.
        REWRITING,
        /// Its server stands exactly where `gtids` and `position` say, and was proven.
        FINISHED,
        /// It was finished, and a further replay was begun that did not end. Its server stands
        /// between two transactions behind `gtids` and `position`; scheduled events are not what
        /// they were.
        CONTINUED
    }

    /// What a replay was begun with that goes on from a finished folder. Should it break off, the
    /// next one needs this to know what the applier did on the way, and to events in particular.
    ///
    /// @param skipped what it leaves out
    /// @param skippedPositions the same without GTIDs
    /// @param reached without GTIDs: where the server stood when it began; null at the base
    /// @param events as [io.holdfast.recovery.events.EventStatuses#lines()] writes them
    public record Attempt(
            GtidSet skipped,
            List<BinlogPosition> skippedPositions,
            @Nullable BinlogPosition reached,
            List<String> events) {
        public static final Attempt NONE = new Attempt(GtidSet.EMPTY, List.of(), null, List.of());

        public Attempt {
            skippedPositions = List.copyOf(skippedPositions);
            events = List.copyOf(events);
        }
    }

    public boolean isFinished() {
        return stage == Stage.FINISHED;
    }

    /// The same folder while a further replay is under way.
    public Marker continued(Attempt newAttempt) {
        return new Marker(
                Stage.CONTINUED, repository, backup, history, gtids, position, server, newAttempt);
    }

    /// The same folder standing elsewhere.
    public Marker standingAt(GtidSet newGtids, @Nullable BinlogPosition newPosition) {
        return new Marker(
                stage, repository, backup, history, newGtids, newPosition, server, attempt);
    }

    String render() {
        var text =
                new StringBuilder(
                        Text.format(
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
                                stage.name().toLowerCase(Locale.ROOT),
                                repository,
                                backup,
                                history,
                                gtids,
                                position == null ? "" : position,
                                server == null ? "" : server));
        if (stage == Stage.CONTINUED) {
            text.append(
                    Text.format(
                            """
                            skipped: %s
                            skipped-positions: %s
                            reached: %s
                            """,
                            attempt.skipped,
                            attempt.skippedPositions.stream()
                                    .map(BinlogPosition::toString)
                                    .collect(Collectors.joining(",")),
                            attempt.reached == null ? "" : attempt.reached));
            attempt.events.forEach(event -> text.append("event: ").append(event).append('\n'));
        }
        return text.toString();
    }

    /// @throws CorruptDataException if it is not such a text
    static Marker parse(String text, String source) {
        Map<String, String> values = new LinkedHashMap<>();
        var events = new ArrayList<String>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon);
                String value = line.substring(colon + 1).strip();
                if (name.equals("event")) {
                    events.add(value);
                } else {
                    values.put(name, value);
                }
            }
        }
        try {
            String server = values.getOrDefault("server-uuid", "");
            if (!VERSION.equals(values.get("holdfast")) || !values.containsKey("gtids")) {
                throw damaged(source);
            }
            return new Marker(
                    stage(values.getOrDefault("state", "")),
                    values.getOrDefault("repository", ""),
                    values.getOrDefault("backup", ""),
                    values.getOrDefault("history", ""),
                    GtidSet.parse(values.getOrDefault("gtids", "")),
                    position(values.getOrDefault("position", "")),
                    server.isEmpty() ? null : UUID.fromString(server),
                    new Attempt(
                            GtidSet.parse(values.getOrDefault("skipped", "")),
                            positions(values.getOrDefault("skipped-positions", "")),
                            position(values.getOrDefault("reached", "")),
                            events));
        } catch (UsageException | IllegalArgumentException _) {
            throw damaged(source);
        }
    }

    private static Stage stage(String name) {
        return Stage.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static @Nullable BinlogPosition position(String text) {
        return text.isEmpty() ? null : BinlogPosition.parse(text);
    }

    private static List<BinlogPosition> positions(String text) {
        var positions = new ArrayList<BinlogPosition>();
        for (String each : text.split(",", -1)) {
            if (!each.isEmpty()) {
                positions.add(BinlogPosition.parse(each));
            }
        }
        return positions;
    }

    private static CorruptDataException damaged(String source) {
        return new CorruptDataException(
                Problem.of(RecoveryError.CONTINUE_REFUSED)
                        .what("the marker cannot be read")
                        .where("%s", source)
                        .remedy("Recover into a new folder."));
    }
}
