package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.shell.Output;
import io.holdfast.core.UsageException;
import io.holdfast.repository.format.Compression;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HoldfastTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter error = new StringWriter();

    private int run(String... arguments) {
        return Holdfast.run(
                arguments, Output.into(new PrintWriter(out, true), new PrintWriter(error, true)));
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(run("--version")).isZero();
        assertThat(out).hasToString("holdfast 0.1.0\n");
    }

    @Test
    void withoutAVerbThereIsHelp() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: holdfast", "lab", "Exit status");
    }

    @Test
    void whatIsNotUnderstoodIsAUsageError() {
        assertThat(run("lab", "statr")).isEqualTo(2);
        assertThat(error.toString())
                .contains("error[ARGUMENTS_NOT_UNDERSTOOD]", "statr", "holdfast lab --help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCompressionThatDoesNotExistIsAUsageError() {
        assertThat(BackupCommand.compression("none")).isEqualTo(Compression.NONE);
        assertThat(BackupCommand.compression("zstd")).isEqualTo(Compression.DEFAULT);
        assertThat(BackupCommand.compression("zstd:19")).isEqualTo(new Compression(19));
        for (String wrong : List.of("", "gzip", "zstd:", "zstd:0", "zstd:20", "none:1")) {
            assertThatThrownBy(() -> BackupCommand.compression(wrong))
                    .isInstanceOf(UsageException.class);
        }
    }

    @Test
    void machinesGetProblemsAsAnObject() {
        assertThat(run("lab", "stop", "no-such-server", "--json")).isEqualTo(2);
        assertThat(out.toString())
                .startsWith("{\"error\":\"LAB_SERVER_UNKNOWN\",\"what\":")
                .endsWith("}\n");
        assertThat(error.toString()).contains("error[LAB_SERVER_UNKNOWN]");
    }

    @Test
    void everyVerbHasHelp() {
        var line = Holdfast.commandLine(Output.into(new PrintWriter(out), new PrintWriter(error)));
        assertThat(line.getSubcommands()).containsKey("lab");
        line.getSubcommands()
                .forEach((name, verb) ->
                        assertThat(verb.getUsageMessage())
                                .as("%s", name)
                                .contains("Usage: holdfast " + name));
    }
}
