package io.holdfast.client;

import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which servers Holdfast talks to: MySQL from 8.0.30 on. What a server of another kind answers
/// would be misread without a word, so it is turned away by its greeting, before it learns a
/// password.
///
/// Everything above this line is probed for, never concluded from a version.
final class SupportedServer {
    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");
    private static final long OLDEST = number(8, 0, 30);

    private SupportedServer() {}

    /// Passes, or refuses the server.
    ///
    /// @param greeted the version text of the greeting. A MariaDB says what it is in it, behind a
    ///   `5.5.5-` that was meant for old replicas. Source: MariaDB 10.11 `include/mysql_version.h`,
    ///   `MYSQL_SERVER_VERSION`; `sql/sql_acl.cc`, `send_server_handshake_packet`
    /// @throws RefusedException with `SERVER_IS_MARIADB` or `SERVER_TOO_OLD`
    static void demand(String greeted, String where) {
        if (greeted.toLowerCase(Locale.ROOT).contains("mariadb")) {
            throw new RefusedException(
                    Problem.of(ClientError.SERVER_IS_MARIADB)
                            .what(
                                    "the server is a MariaDB (%s), expected MySQL 8.0.30 or later",
                                    shown(greeted))
                            .where("%s", where)
                            .remedy("Use mariadb-backup for a MariaDB."));
        }
        Matcher matcher = VERSION.matcher(greeted);
        if (!matcher.matches() || number(matcher) < OLDEST) {
            throw new RefusedException(
                    Problem.of(ClientError.SERVER_TOO_OLD)
                            .what(
                                    "the server's version is %s, expected 8.0.30 or later",
                                    shown(greeted))
                            .where("%s", where)
                            .remedy(
                                    "Upgrade the server to 8.0.30 or later, best to a long-term release."));
        }
    }

    private static long number(Matcher matcher) {
        String patch = matcher.group(3);
        return number(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    private static long number(int major, int minor, int patch) {
        return (major * 10_000L + minor) * 10_000L + patch;
    }

    private static String shown(String greeted) {
        return greeted.length() > 80 ? greeted.substring(0, 80) + "…" : greeted;
    }
}
