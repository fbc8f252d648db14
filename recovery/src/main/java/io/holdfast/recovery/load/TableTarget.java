package io.holdfast.recovery.load;

import io.holdfast.client.AccountGrants;
import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Rows;
import io.holdfast.client.Session;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.SchemaLine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Decides whether a running server can take one table, before anything is done.
///
/// @param table as it shall be called there
/// @param asOriginal whether it takes the place of the original, with triggers and foreign keys
public record TableTarget(ConnectOptions server, TableName table, boolean asOriginal) {
    private static final List<String> ON_SCHEMA =
            List.of("CREATE", "DROP", "ALTER", "INSERT", "SELECT", "LOCK TABLES");
    private static final List<String> FOR_TRIGGERS = List.of("TRIGGER", "REFERENCES");

    /// For the settings that a table is made under; each holds the others' right.
    private static final List<String> SESSION_VARIABLES =
            List.of("SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER");

    private static final List<String> OTHER_DEFINERS =
            List.of("SET_ANY_DEFINER", "SET_USER_ID", "SUPER");

    /// Asks the server.
    ///
    /// @throws RefusedException naming what is missing, or if the table is there
    public void mustBeFit() {
        try (Session session = open()) {
            mustHavePrivileges(session);
            TargetCheck.mustTakeRows(session);
            mustHaveSchema(session);
            mustNotHaveTable(session);
        }
    }

    private Session open() {
        Session session = Session.open(server);
        session.execute("SET ROLE ALL");
        return session;
    }

    private void mustHavePrivileges(Session session) {
        var grants = AccountGrants.of(session);
        List<String> wanted = new ArrayList<>(ON_SCHEMA);
        if (asOriginal) {
            wanted.addAll(FOR_TRIGGERS);
        }
        List<String> onSchema = grants.lackingOn(table.schema(), wanted);
        List<String> onServer = new ArrayList<>();
        if (SESSION_VARIABLES.stream().noneMatch(grants::has)) {
            onServer.add(SESSION_VARIABLES.getFirst());
        }
        if (onSchema.isEmpty() && onServer.isEmpty()) {
            return;
        }
        var statements = new ArrayList<String>();
        if (!onSchema.isEmpty()) {
            statements.add(grant(onSchema, TableName.quote(table.schema()) + ".*", grants));
        }
        if (!onServer.isEmpty()) {
            statements.add(grant(onServer, "*.*", grants));
        }
        List<String> lacking = new ArrayList<>(onSchema);
        lacking.addAll(onServer);
        throw TargetCheck.unfit(
                session,
                "account " + grants.account() + " lacks " + String.join(", ", lacking),
                String.join(" ", statements));
    }

    private static String grant(List<String> privileges, String on, AccountGrants grants) {
        return "GRANT "
                + String.join(", ", privileges)
                + " ON "
                + on
                + " TO "
                + grants.account()
                + ";";
    }

    private void mustHaveSchema(Session session) {
        if (session.query(
                        "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "
                                + SqlLiteral.text(table.schema()))
                .isEmpty()) {
            throw TargetCheck.unfit(
                    session,
                    "there is no schema " + table.schema(),
                    "CREATE DATABASE " + TableName.quote(table.schema()) + ";");
        }
    }

    private void mustNotHaveTable(Session session) {
        if (!session.query(
                        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                                + SqlLiteral.text(table.schema())
                                + " AND TABLE_NAME = "
                                + SqlLiteral.text(table.table()))
                .isEmpty()) {
            throw new RefusedException(
                    Problem.of(LoadError.TABLE_EXISTS)
                            .what("the server has a table or view of that name")
                            .where("table %s, server %s", table, session.server())
                            .remedy(
                                    "Put the backup's rows beside it, `--as %s_before`, or rename or"
                                            + " drop it.",
                                    table));
        }
    }

    /// Asks what only shows once the table's triggers are known.
    ///
    /// @throws RefusedException naming what is missing; nothing was done
    public void mustTake(TableDescription description) {
        if (description.triggers().isEmpty()) {
            return;
        }
        try (Session session = open()) {
            var grants = AccountGrants.of(session);
            if (OTHER_DEFINERS.stream().noneMatch(grants::has)) {
                throw lacks(session, grants, OTHER_DEFINERS.getFirst(), "");
            }
            boolean mayTrust =
                    session.query("SELECT NOT @@log_bin OR @@log_bin_trust_function_creators")
                                    .only()
                                    .integer(0)
                            != 0;
            if (!mayTrust && !grants.has("SUPER")) {
                throw lacks(
                        session,
                        grants,
                        "SUPER",
                        " Or: SET GLOBAL log_bin_trust_function_creators = ON;");
            }
            mustNotHaveTriggers(session, description.triggers());
        }
    }

    private static RefusedException lacks(
            Session session, AccountGrants grants, String privilege, String otherwise) {
        return TargetCheck.unfit(
                session,
                "the table has triggers, and account " + grants.account() + " lacks " + privilege,
                grant(List.of(privilege), "*.*", grants) + otherwise);
    }

    private void mustNotHaveTriggers(Session session, List<SchemaLine> triggers) {
        Rows there =
                session.query(
                        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
                                + " WHERE TRIGGER_SCHEMA = "
                                + SqlLiteral.text(table.schema())
                                + " AND TRIGGER_NAME IN ("
                                + triggers.stream()
                                        .map(trigger -> SqlLiteral.text(trigger.name()))
                                        .collect(Collectors.joining(", "))
                                + ")");
        if (!there.isEmpty()) {
            throw new RefusedException(
                    Problem.of(LoadError.TABLE_EXISTS)
                            .what("table %s has a trigger of that name", there.row(0).string(1))
                            .where(
                                    "trigger %s.%s, server %s",
                                    table.schema(), there.row(0).string(0), session.server())
                            .remedy(
                                    "Drop it, or leave the backup's triggers out: `--as %s_before`.",
                                    table));
        }
    }
}
