package io.holdfast.servertests.faults;

import io.holdfast.servertests.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// A file system of a few megabytes of its own, in memory. Mounting it takes root, or a `sudo` that
/// asks for no password.
final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final List<String> as;

    private SmallDisk(Path folder, List<String> as) {
        this.folder = folder;
        this.as = as;
    }

    static SmallDisk of(int mebibytes) throws IOException {
        Path folder = TestServer.temporaryFolder();
        for (List<String> as : List.of(List.<String>of(), List.of("sudo", "-n"))) {
            var disk = new SmallDisk(folder, as);
            String options = "size=" + mebibytes + "m,mode=1777";
            if (disk.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString())) {
                return disk;
            }
        }
        Files.delete(folder);
        Assumptions.abort("no disk may be mounted here: the tests without one have to do");
        throw new AssertionError("not reached");
    }

    Path folder() {
        return folder;
    }

    void grow(int mebibytes) {
        String options = "remount,size=" + mebibytes + "m";
        if (!run("mount", "-o", options, folder.toString())) {
            throw new AssertionError("the disk does not grow");
        }
    }

    private boolean run(String... command) {
        List<String> words = new ArrayList<>(as);
        words.addAll(List.of(command));
        try {
            return new ProcessBuilder(words).inheritIO().start().onExit().join().exitValue() == 0;
        } catch (IOException _) {
            return false; // there is no such program
        }
    }

    @Override
    public void close() throws IOException {
        boolean _ = run("umount", "-l", folder.toString());
        Files.delete(folder);
    }
}
