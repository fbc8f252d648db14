package io.holdfast.cli.config;

import io.holdfast.core.Problem;
import io.holdfast.core.UsageException;
import java.nio.file.Path;

/// What the name of a repository means.
public final class Repositories {
    private Repositories() {}

    /// The folder that a path or a `file:` URL names.
    ///
    /// @throws UsageException if it is the URL of another kind of store
    public static Path folder(String name) {
        if (name.startsWith("file://")) {
            return Path.of(name.substring("file://".length()));
        }
        int scheme = name.indexOf("://");
        if (scheme > 0) {
            throw new UsageException(
                    Problem.of(ConfigurationError.REPOSITORY_URL_UNKNOWN)
                            .what(
                                    "repository has scheme '%s', known is 'file'",
                                    name.substring(0, scheme))
                            .where("--repo or `repository:` in the configuration")
                            .remedy("Name a folder: --repo /path/to/folder."));
        }
        return Path.of(name);
    }
}
