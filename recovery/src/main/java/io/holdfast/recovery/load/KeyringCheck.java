package io.holdfast.recovery.load;

import io.holdfast.client.Keyring;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import java.util.Set;
import java.util.regex.Pattern;

/// Sees, before anything is loaded, that a server can encrypt what was encrypted on the original.
final class KeyringCheck {
    private static final Set<ObjectKind> KINDS =
            Set.of(ObjectKind.TABLESPACE, ObjectKind.DATABASE, ObjectKind.TABLE);

    /// As the server and the backup write the option. Within a comment the quotes are doubled.
    private static final Pattern ENCRYPTED = Pattern.compile("\\bENCRYPTION ?= ?'[Yy]'(?!')");

    private long count;
    private String first = "";

    /// Takes the objects of the backup, one by one.
    void take(SchemaLine line) {
        if (KINDS.contains(line.kind())
                && line.statements().stream()
                        .anyMatch(statement -> ENCRYPTED.matcher(statement.readable()).find())) {
            if (count == 0) {
                first = line.title();
            }
            count++;
        }
    }

    /// @throws RefusedException if there are encrypted objects and the server has no keyring
    void demandKeyring(Session session) {
        if (count == 0 || Keyring.isActive(session)) {
            return;
        }
        throw new RefusedException(
                Problem.of(LoadError.LOAD_TARGET_UNFIT)
                        .what(
                                "%d objects of the backup are encrypted, first %s, and the server"
                                        + " has no keyring that is active",
                                count, first)
                        .where("server %s", session.server())
                        .remedy(
                                "Give that mysqld a keyring: list component_keyring_file or another"
                                        + " one in the file mysqld.my beside the program, and"
                                        + " configure it; then restore again."));
    }
}
