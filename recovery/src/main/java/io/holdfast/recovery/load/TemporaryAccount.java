package io.holdfast.recovery.load;

import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.UnavailableException;
import java.security.SecureRandom;
import java.util.HexFormat;

/// An account with all privileges under a name that no backup holds, for the time of a restore.
///
/// A backup brings accounts of its own, and among them may be the very one that the restore
/// connected with: `root@localhost` exists on every server, with another password on each. Whoever
/// works through a temporary account can let the backup's take their places, and still get in
/// afterwards. It is created and dropped without a trace in the binary log.
public final class TemporaryAccount implements AutoCloseable {
    private static final String NO_BINLOG = "SET SESSION sql_log_bin = 0";

    private final ConnectOptions options;
    private final String name;

    private TemporaryAccount(ConnectOptions options, String name) {
        this.options = options;
        this.name = name;
    }

    /// Creates the account for connections that come from where this one comes from.
    ///
    /// @param creator an account with all privileges
    /// @throws SqlErrorException if it may not create accounts or grant all privileges
    public static TemporaryAccount create(ConnectOptions creator) {
        var random = new SecureRandom();
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        String user = "holdfast_" + HexFormat.of().formatHex(bytes, 0, 4);
        // All classes of characters, for servers that judge passwords.
        String password = "Hf-" + HexFormat.of().formatHex(bytes, 4, 20) + "!Z9z";
        try (Session session = Session.open(creator)) {
            session.execute(NO_BINLOG);
            String current = session.query("SELECT CURRENT_USER()").only().string(0);
            String host = current.substring(current.lastIndexOf('@') + 1);
            String name = "'" + user + "'@'" + host.replace("'", "''") + "'";
            session.execute("CREATE USER " + name + " IDENTIFIED BY '" + password + "'");
            var account =
                    new TemporaryAccount(creator.withAccount(user, Secret.of(password)), name);
            boolean isGranted = false;
            try {
                session.execute("GRANT ALL ON *.* TO " + name + " WITH GRANT OPTION");
                grantProxies(session, name);
                isGranted = true;
                return account;
            } finally {
                if (!isGranted) {
                    session.execute("DROP USER " + name);
                }
            }
        }
    }

    /// GRANT ALL does not hold the right to grant PROXY. Who lacks it can restore all accounts but
    /// those that are proxies.
    private static void grantProxies(Session session, String name) {
        try {
            session.execute("GRANT PROXY ON ''@'' TO " + name + " WITH GRANT OPTION");
        } catch (SqlErrorException _) {
            // A grant of the backup that needs it will say so.
        }
    }

    /// How to connect as this account.
    public ConnectOptions options() {
        return options;
    }

    /// Drops the account, by itself. Sessions that are open stay so. A server that is gone keeps
    /// the account.
    @Override
    public void close() {
        try (Session session = Session.open(options)) {
            session.execute(NO_BINLOG);
            session.execute("DROP USER " + name);
        } catch (UnavailableException _) {
            // The server was stopped or killed; a restore that ends so is not finished anyway.
        }
    }
}
