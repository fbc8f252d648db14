package io.holdfast.mysqld;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of a mysqld binary, as `9.7.4`. Ordered from old to new.
public record MysqldVersion(int major, int minor, int patch) implements Comparable<MysqldVersion> {
    /// The oldest mysqld that Holdfast works with: the first with a resizable redo log and the last
    /// changes to `log_status`.
    public static final MysqldVersion OLDEST = new MysqldVersion(8, 0, 30);

    private static final Pattern VERSION =
            Pattern.compile("Ver (\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    private static final Comparator<MysqldVersion> OLD_TO_NEW =
            Comparator.comparingInt(MysqldVersion::major)
                    .thenComparingInt(MysqldVersion::minor)
                    .thenComparingInt(MysqldVersion::patch);

    /// Reads what `mysqld --version` prints.
    ///
    /// @param binary whose answer it is, for the error
    /// @throws RefusedException if it is a MariaDB or older than [#OLDEST]
    /// @throws UnavailableException if the answer holds no version
    static MysqldVersion parse(String answer, String binary) {
        if (answer.contains("MariaDB")) {
            throw new RefusedException(
                    Problem.of(MysqldError.MYSQLD_IS_MARIADB)
                            .what("this mysqld is a MariaDB, MySQL %s or later is needed", OLDEST)
                            .where("%s", binary)
                            .remedy(
                                    "Name a MySQL with --mysql-home or HOLDFAST_MYSQL_HOME, or say `--mysql-home"
                                            + " fetch` to have one fetched into the cache."));
        }
        Matcher found = VERSION.matcher(answer);
        if (!found.find()) {
            throw new UnavailableException(
                    Problem.of(MysqldError.MYSQLD_UNUSABLE)
                            .what(
                                    "its answer to --version holds no version: `%s`",
                                    answer.strip()
                                            .substring(0, Math.min(200, answer.strip().length())))
                            .where("%s", binary)
                            .remedy("Run `%s --version` and see what is missing.", binary));
        }
        var version =
                new MysqldVersion(
                        Integer.parseInt(found.group(1)),
                        Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3)));
        if (version.compareTo(OLDEST) < 0) {
            throw new RefusedException(
                    Problem.of(MysqldError.MYSQL_VERSION_UNSUPPORTED)
                            .what("this mysqld is %s, at least %s is needed", version, OLDEST)
                            .where("%s", binary)
                            .remedy(
                                    "Name a newer MySQL with --mysql-home or HOLDFAST_MYSQL_HOME, or say"
                                            + " `--mysql-home fetch` to have one fetched into the cache."));
        }
        return version;
    }

    @Override
    public int compareTo(MysqldVersion other) {
        return OLD_TO_NEW.compare(this, other);
    }

    /// The version with dots, as mysqld prints it.
    @Override
    public String toString() {
        return Text.format("%d.%d.%d", major, minor, patch);
    }
}
