package io.holdfast.mysqld;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How a mysqld is to be started.
///
/// @param runFolder where its pid file, error log and, if the path is short enough, socket lie;
///   made if absent
/// @param port the TCP port on 127.0.0.1, [#ANY_PORT] or [#NO_PORT]
/// @param options mysqld options with their dashes, after ours and so stronger
/// @param readyWithin how long it may take until it answers, crash recovery included
/// @param stopWithin how long it may take to stop in order
public record StartOptions(
        Path runFolder,
        int port,
        List<String> options,
        Lifetime lifetime,
        Duration readyWithin,
        Duration stopWithin) {
    /// A free port is chosen.
    public static final int ANY_PORT = 0;

    /// The server listens on its Unix socket only.
    public static final int NO_PORT = -1;

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofMinutes(1);

    public StartOptions {
        if (port < NO_PORT || port > 65535) {
            throw new IllegalArgumentException("no such port: " + port);
        }
        options = List.copyOf(options);
    }

    /// A server on a socket and a free port, which ends with Holdfast.
    public static StartOptions in(Path runFolder) {
        return new StartOptions(
                runFolder, ANY_PORT, List.of(), Lifetime.WITH_HOLDFAST, READY_WITHIN, STOP_WITHIN);
    }

    /// The same with this port, [#ANY_PORT] or [#NO_PORT].
    public StartOptions withPort(int newPort) {
        return new StartOptions(runFolder, newPort, options, lifetime, readyWithin, stopWithin);
    }

    /// The same with more options at the end.
    public StartOptions withOptions(List<String> more) {
        var all = new ArrayList<>(options);
        all.addAll(more);
        return new StartOptions(runFolder, port, all, lifetime, readyWithin, stopWithin);
    }

    /// The same with more options at the end.
    public StartOptions withOptions(String... more) {
        return withOptions(List.of(more));
    }

    /// The same with another lifetime.
    public StartOptions withLifetime(Lifetime newLifetime) {
        return new StartOptions(runFolder, port, options, newLifetime, readyWithin, stopWithin);
    }

    /// The same with more or less time to become ready, and to stop.
    public StartOptions within(Duration ready, Duration stopped) {
        return new StartOptions(runFolder, port, options, lifetime, ready, stopped);
    }
}
