package io.holdfast.cli;

import io.holdfast.backup.archive.ArchiveEvent;
import io.holdfast.backup.archive.ArchiveOptions;
import io.holdfast.backup.archive.ArchiveStatus;
import io.holdfast.backup.archive.Archiver;
import io.holdfast.backup.archive.CommitLag;
import io.holdfast.cli.shell.Output;
import io.holdfast.client.ConnectOptions;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `holdfast archive`: a daemon for systemd as much as a command for a terminal. A signal ends it
/// in order, and that is success: everything received is then durable and stored.
@Command(
        name = "archive",
        description = "Follow a server's binary log into the repository, until stopped.")
final class ArchiveCommand implements Runnable {
    private static final long STATUS_LINE_SECONDS = 10;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description =
                    "Where events are durable first (default: under $XDG_STATE_HOME/holdfast/archive).")
    private @Nullable Path journal;

    @Option(
            names = "--journal-max",
            paramLabel = "MIB",
            defaultValue = "16384",
            description =
                    "How much may wait for the repository before archiving pauses, in MiB (default: ${DEFAULT-VALUE}).")
    private long journalMebibytesMax;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description =
                    "The binary-log file to begin with (default: the one that holds the newest backup's moment, else the current one).")
    private @Nullable String from;

    @Option(
            names = "--give-up",
            paramLabel = "FILE:OFFSET",
            description =
                    "If the archive ends there, at an event that the server cannot send: begin a new history with the next file, with a gap between.")
    private @Nullable String giveUp;

    @Option(
            names = "--part-seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "After how long a part is stored (default: ${DEFAULT-VALUE}).")
    private double partSeconds;

    @Option(
            names = "--part-mib",
            paramLabel = "MIB",
            defaultValue = "16",
            description = "At which size a part is stored (default: ${DEFAULT-VALUE}).")
    private long partMebibytes;

    @Option(
            names = "--until-caught-up",
            description = "End once everything is stored that the server had at the beginning.")
    private boolean untilCaughtUp;

    private long lastStatusLine = System.nanoTime();

    @Override
    public void run() {
        var options =
                ArchiveOptions.following()
                        .withJournal(journal)
                        .withFrom(from)
                        .withGiveUp(giveUp == null ? null : BinlogPosition.parse(giveUp))
                        .withParts(
                                Duration.ofMillis((long) (partSeconds * 1000)), partMebibytes << 20)
                        .withJournalBytesMax(journalMebibytesMax << 20);
        ConnectOptions source = common.connectOptions();
        var archiver =
                new Archiver(
                        untilCaughtUp ? options.untilItHasCaughtUp() : options,
                        source,
                        common.openOrCreateRepository(() -> Archiver.mustBeAllowed(source)),
                        journals(),
                        this::tell);
        var failure = new AtomicReference<@Nullable RuntimeException>();
        Thread following =
                Thread.ofPlatform()
                        .name("archive")
                        .start(() -> {
                            try {
                                archiver.run();
                            } catch (RuntimeException e) {
                                failure.set(e);
                            }
                        });
        await(following, archiver);
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /// Waits for the end; an interruption, which is what a signal comes to, brings it about.
    private static void await(Thread following, Archiver archiver) {
        while (true) {
            try {
                following.join();
                return;
            } catch (InterruptedException _) {
                archiver.stop();
            }
        }
    }

    /// The folder of this user's journals.
    static Path journals() {
        return ArchiveOptions.defaultFolders(
                System.getenv("XDG_STATE_HOME"), Path.of(System.getProperty("user.home")));
    }

    private synchronized void tell(ArchiveEvent event) {
        Output output = common.output();
        switch (event) {
            case ArchiveEvent.Connected(var server, var at) -> {
                output.note("following %s from %s", server, at);
                output.object(fields("connected", "server", server, "position", at));
            }
            case ArchiveEvent.HistoryBegan(var id, var reason, var at) -> {
                if (reason.startsWith("NEW")) {
                    output.note("history %s begins at %s (%s)", id, at, reason);
                } else {
                    output.warning("a new history %s begins at %s: %s", id, at, reason);
                }
                output.object(fields("history", "history", id, "reason", reason, "position", at));
            }
            case ArchiveEvent.Interrupted(var problem, long millis) -> {
                output.warning("%s; trying again in %.1f s", problem.render(), millis / 1000.0);
                output.object(
                        fields(
                                "interrupted",
                                "error",
                                problem.code().name(),
                                "what",
                                problem.what()));
            }
            case ArchiveEvent.Warned(var problem) -> {
                output.warning("%s", problem.render());
                output.object(
                        fields("warning", "error", problem.code().name(), "what", problem.what()));
            }
            case ArchiveEvent.PartStored(var range, long transactions) -> {
                if (common.isVerbose()) {
                    output.note(
                            "stored %s, %s, %d transactions",
                            range.endPosition(), Text.bytes(range.byteCount()), transactions);
                }
                output.object(
                        fields(
                                "part",
                                "file",
                                range.file(),
                                "begin",
                                range.begin(),
                                "end",
                                range.end(),
                                "transactions",
                                transactions));
            }
            case ArchiveEvent.Progressed(ArchiveStatus status) -> status(output, status);
        }
    }

    /// For machines every time, which is once a second; for people less often.
    private void status(Output output, ArchiveStatus status) {
        CommitLag.Summary lag = status.lag();
        output.object(
                fields(
                        "status",
                        "inJournal",
                        status.inJournal(),
                        "inRepository",
                        status.inRepository(),
                        "bytesBehind",
                        status.bytesBehind(),
                        "journalBytes",
                        status.journalBytes(),
                        "transactions",
                        lag == null ? 0 : lag.transactions(),
                        "lagMillisP50",
                        lag == null ? null : lag.p50Millis(),
                        "lagMillisP99",
                        lag == null ? null : lag.p99Millis(),
                        "lagMillisMax",
                        lag == null ? null : lag.maxMillis()));
        long now = System.nanoTime();
        if (now - lastStatusLine >= Duration.ofSeconds(STATUS_LINE_SECONDS).toNanos()) {
            lastStatusLine = now;
            output.note(
                    "journal %s, repository %s, %s behind the server%s",
                    String.valueOf(status.inJournal()),
                    String.valueOf(status.inRepository()),
                    Text.bytes(status.bytesBehind()),
                    lag == null ? "" : "; commit to journal: " + lag);
        }
    }

    /// An event line: names and values by turns; GTIDs, positions and the like as text.
    private static Map<String, Object> fields(String event, @Nullable Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                fields.put(
                        String.valueOf(pairs[i]),
                        value instanceof Number ? value : String.valueOf(value));
            }
        }
        return fields;
    }
}
