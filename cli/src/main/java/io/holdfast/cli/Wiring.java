package io.holdfast.cli;

import io.holdfast.cli.shell.Output;
import picocli.CommandLine;

/// Makes picocli's objects, and gives the output of this run to those that write.
final class Wiring implements CommandLine.IFactory {
    private final Output output;
    private final CommandLine.IFactory factory = CommandLine.defaultFactory();

    Wiring(Output output) {
        this.output = output;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == CommonOptions.class) {
            return type.cast(new CommonOptions(output));
        }
        return factory.create(type);
    }
}
