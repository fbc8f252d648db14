package io.holdfast.client;

import io.holdfast.core.SqlErrorException;
import java.util.Locale;

/// Whether a server can encrypt: its keyring, a component or, on older servers, a plugin.
public final class Keyring {
    private Keyring() {}

    /// The keyring's status in the server's words, such as `Active`; empty if there is none, or the
    /// account may not ask.
    public static String status(Session session) {
        String component =
                first(
                        session,
                        "SELECT STATUS_VALUE FROM performance_schema.keyring_component_status"
                                + " WHERE STATUS_KEY = 'Component_status'");
        return component.isEmpty()
                ? first(
                        session,
                        "SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE"
                                + " PLUGIN_TYPE = 'KEYRING' LIMIT 1")
                : component;
    }

    /// Whether it gives out keys.
    public static boolean isActive(Session session) {
        return status(session).toUpperCase(Locale.ROOT).equals("ACTIVE");
    }

    /// Which one it is, for people who look for the keys one day: the component with its file or
    /// server, or the plugin. Empty if none is active.
    public static String identity(Session session) {
        if (!isActive(session)) {
            return "";
        }
        String component = component(session, "Component_name");
        if (component.isEmpty()) {
            return first(
                    session,
                    "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_TYPE ="
                            + " 'KEYRING' AND PLUGIN_STATUS = 'ACTIVE' LIMIT 1");
        }
        String file = component(session, "Data_file");
        return file.isEmpty() ? component : component + ", " + file;
    }

    private static String component(Session session, String key) {
        return first(
                session,
                "SELECT STATUS_VALUE FROM performance_schema.keyring_component_status WHERE"
                        + " STATUS_KEY = '"
                        + key
                        + "'");
    }

    private static String first(Session session, String query) {
        try {
            Rows rows = session.query(query);
            String value = rows.isEmpty() ? null : rows.row(0).stringOrNull(0);
            return value == null ? "" : value;
        } catch (SqlErrorException _) {
            return "";
        }
    }
}
