package io.holdfast.servertests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a command may have left running.
final class Processes {
    private Processes() {}

    /// Holds if no process works for a folder any more; a guard needs a moment to see that it must
    /// act.
    static void demandNoServerOf(Path folder) throws Exception {
        for (ProcessHandle process : of(folder)) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(of(folder)).isEmpty();
    }

    private static List<ProcessHandle> of(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains("--datadir=" + folder + "/"))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return ""; // it has ended meanwhile
        }
    }
}
