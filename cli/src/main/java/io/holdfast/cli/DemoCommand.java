package io.holdfast.cli;

import io.holdfast.cli.demo.Demo;
import io.holdfast.cli.shell.CliError;
import io.holdfast.core.Problem;
import io.holdfast.core.UnavailableException;
import io.holdfast.mysqld.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `holdfast demo`: back up, archive, break it, bring it back.
@Command(
        name = "demo",
        description = {
            "Show the whole story on a real server of its own: back up hot, archive, drop a table,",
            "recover to just before, compare row by row. Leaves nothing running and nothing behind."
        })
final class DemoCommand implements Runnable {
    private static final int THREADS = 2;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommonOptions common;

    @Option(names = "--keep", description = "Keep the folder with repository and servers' data.")
    private boolean isKept;

    @Override
    public void run() {
        Path folder = folder();
        try {
            new Demo(common.mysqldHome(), folder, common.output(), common.threads(THREADS)).run();
            if (isKept) {
                common.output().line("kept: %s", folder);
            }
        } finally {
            if (!isKept) {
                Folders.remove(folder);
            }
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("holdfast-demo-");
        } catch (IOException failure) {
            throw new UnavailableException(
                    Problem.of(CliError.DEMO_STUCK)
                            .what("no folder can be made: %s", String.valueOf(failure.getMessage()))
                            .where("%s", System.getProperty("java.io.tmpdir", "/tmp"))
                            .remedy("Make room there."),
                    failure);
        }
    }
}
