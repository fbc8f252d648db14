package io.holdfast.servertests;

import io.holdfast.mysqld.MysqldHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A MySQL with a keyring: links to another one's files, and beside its mysqld and its plugins the
/// two files that say which component to load. Each data folder says more for itself, so that every
/// server has keys of its own.
///
/// Source: MySQL 9.7 manual, "Keyring Component Installation" and "Using the component_keyring_file
/// File-Based Keyring Component".
public record KeyringHome(MysqldHome home, Path plugins) {
    private static final String COMPONENT = "component_keyring_file";
    private static final String MANIFEST = "mysqld.my";

    /// @param folder new; the links are made in it
    static KeyringHome make(MysqldHome original, Path folder) {
        return make(
                original,
                folder,
                "{\"read_local_manifest\": true}",
                "{\"read_local_config\": true}");
    }

    /// A MySQL whose every server has the same keys.
    ///
    /// @param keys the file that holds them
    static KeyringHome sharing(MysqldHome original, Path folder, Path keys) {
        return make(
                original,
                folder,
                components(),
                "{\"path\": \"" + keys + "\", \"read_only\": false}");
    }

    private static String components() {
        return "{\"components\": \"file://" + COMPONENT + "\"}";
    }

    private static KeyringHome make(
            MysqldHome original, Path folder, String manifest, String configuration) {
        Path from = original.folder();
        try {
            Path program = from.relativize(find(from, "mysqld"));
            Path component = from.relativize(find(from, COMPONENT + ".so"));
            link(from, folder, List.of(program, component));
            Path plugins = folder.resolve(component).resolveSibling("");
            Files.writeString(folder.resolve(program).resolveSibling(MANIFEST), manifest);
            Files.writeString(plugins.resolve(COMPONENT + ".cnf"), configuration);
            return new KeyringHome(MysqldHome.at(folder), plugins);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What mysqld must be told besides.
    public List<String> options() {
        return List.of("--plugin-dir=" + plugins);
    }

    /// Gives a data folder its part of the configuration.
    static void configure(Path dataFolder) {
        try {
            Files.writeString(dataFolder.resolve(MANIFEST), components());
            Files.writeString(
                    dataFolder.resolve(COMPONENT + ".cnf"),
                    "{\"path\": \"" + keys(dataFolder) + "\", \"read_only\": false}");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Takes a data folder's part of the configuration away again.
    public static void forget(Path dataFolder) {
        try {
            Files.delete(dataFolder.resolve(MANIFEST));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Where a server with this data folder keeps its keys.
    static Path keys(Path dataFolder) {
        return dataFolder.resolveSibling("keyring");
    }

    private static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name) && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalStateException("there is no " + name + " in " + folder));
        }
    }

    /// Links every entry of a folder, but makes the folders on the way to the given files anew.
    private static void link(Path from, Path to, List<Path> files) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path name = from.relativize(entry);
                List<Path> within =
                        files.stream()
                                .filter(file -> file.startsWith(name) && file.getNameCount() > 1)
                                .map(name::relativize)
                                .toList();
                if (within.isEmpty()) {
                    Files.createSymbolicLink(to.resolve(name), entry);
                } else {
                    link(entry, to.resolve(name), within);
                }
            }
        }
    }
}
