package io.holdfast.recovery.load;

import io.holdfast.core.Problem;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.SqlText;
import io.holdfast.repository.logical.TableContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Creates the objects of a backup, line by line, in the order in which they come.
///
/// Most refusals end the load. Some are to be expected and become findings: a library that this
/// machine does not have, a view that was broken on the original too. A view that fails is tried
/// again behind the last one, once: what it reads may have come later.
final class SchemaLoad {
    /// It would judge the accounts that come with it: those without a password, as roles are.
    private static final String VALIDATE_PASSWORD = "validate_password";

    private final LoadSession session;
    private final Findings findings;
    private final Map<Integer, LoadTable> tables = new HashMap<>();
    private final List<SchemaLine> viewsToRetry = new ArrayList<>();
    private final List<SchemaLine> lastly = new ArrayList<>();
    private long objectCount;

    SchemaLoad(LoadSession session, Findings findings) {
        this.session = session;
        this.findings = findings;
    }

    /// The tables whose rows the backup keeps, by number.
    Map<Integer, LoadTable> tables() {
        return tables;
    }

    long objectCount() {
        return objectCount;
    }

    /// Creates what one line describes.
    ///
    /// @throws SqlErrorException if the server refuses and that was not to be expected
    void create(SchemaLine line) {
        if (line.kind().compareTo(ObjectKind.VIEW) > 0) {
            retryViews();
        }
        line.notes().forEach(note -> findings.note(line.title(), note));
        switch (line.kind()) {
            case FACTS -> {}
            case COMPONENT, PLUGIN -> {
                if (line.statements().toString().contains(VALIDATE_PASSWORD)) {
                    lastly.add(line);
                } else {
                    tryAll(line);
                }
            }
            case LOADABLE_FUNCTION, RESOURCE_GROUP, HISTOGRAM -> tryAll(line);
            case ACCOUNT -> {
                session.apply(null);
                session.session().execute("DROP USER IF EXISTS " + line.name());
                mustRunAll(line);
            }
            case VIEW -> createView(line);
            case GRANTS -> grant(line);
            case TABLE -> {
                createTable(line);
                keep(line);
            }
            case SPATIAL_REFERENCE_SYSTEM,
                    TABLESPACE,
                    SERVER,
                    DATABASE,
                    LIBRARY,
                    FUNCTION,
                    PROCEDURE,
                    TRIGGER,
                    EVENT,
                    DEFAULT_ROLES,
                    READ_ONLY ->
                    mustRunAll(line);
        }
    }

    /// Grants what can be granted before views and programs exist. A view over a view is only
    /// created if the inner one's definer may read; the outcome counts later, when all is granted
    /// again.
    void grantEarly(SchemaLine line) {
        for (SqlText statement : line.statements()) {
            try {
                session.execute(line.session(), statement);
            } catch (SqlErrorException _) {
                // It names a view or a program that comes later.
            }
        }
    }

    /// Ends the creation: what was put off is tried for the last time.
    void finish() {
        retryViews();
        lastly.forEach(this::tryAll);
    }

    private void createTable(SchemaLine line) {
        try {
            line.statements()
                    .forEach(statement ->
                            session.execute(
                                    line.session(), InheritedCollations.leaveOut(statement)));
            objectCount++;
        } catch (SqlErrorException refusal) {
            throw notCreated(line, refusal);
        }
    }

    private void keep(SchemaLine line) {
        TableContent content = line.table();
        String schema = line.schema();
        if (content != null && schema != null && content.rows() != TableContent.Rows.NONE) {
            tables.put(content.number(), LoadTable.of(new TableName(schema, line.name()), content));
        }
    }

    private void createView(SchemaLine line) {
        try {
            runAll(line);
        } catch (SqlErrorException _) {
            viewsToRetry.add(line);
        }
    }

    private void retryViews() {
        List<SchemaLine> broken = new ArrayList<>();
        for (SchemaLine line : viewsToRetry) {
            if (!line.facts().containsKey("invalid")) {
                mustRunAll(line);
            } else if (!isCreated(line)) {
                broken.add(line);
            }
        }
        viewsToRetry.clear();
        if (!broken.isEmpty()) {
            objectCount += new BrokenViews(session, findings).create(broken);
        }
    }

    private boolean isCreated(SchemaLine line) {
        try {
            runAll(line);
            return true;
        } catch (SqlErrorException _) {
            return false;
        }
    }

    private void grant(SchemaLine line) {
        Set<String> dangling =
                new HashSet<>(Arrays.asList(line.facts().getOrDefault("dangling", "").split(",")));
        for (int i = 0; i < line.statements().size(); i++) {
            SqlText statement = line.statements().get(i);
            try {
                session.execute(line.session(), statement);
            } catch (SqlErrorException refusal) {
                if (!dangling.contains(Integer.toString(i))) {
                    throw notCreated(line, refusal);
                }
                findings.notCreated(line.title(), refusal.serverMessage());
            }
        }
        objectCount++;
    }

    private void tryAll(SchemaLine line) {
        try {
            runAll(line);
        } catch (SqlErrorException refusal) {
            findings.notCreated(line.title(), refusal.serverMessage());
        }
    }

    private void mustRunAll(SchemaLine line) {
        try {
            runAll(line);
        } catch (SqlErrorException refusal) {
            throw notCreated(line, refusal);
        }
    }

    private void runAll(SchemaLine line) {
        line.statements().forEach(statement -> session.execute(line.session(), statement));
        objectCount++;
    }

    private static SqlErrorException notCreated(SchemaLine line, SqlErrorException refusal) {
        return new SqlErrorException(
                Problem.of(LoadError.OBJECT_NOT_CREATED)
                        .what(
                                "the server answered error %d (%s): %s",
                                refusal.number(), refusal.sqlState(), refusal.serverMessage())
                        .where("%s", line.title())
                        .remedy(
                                "See what the server lacks for it; then load into an empty server again."),
                refusal.number(),
                refusal.sqlState(),
                refusal.serverMessage());
    }
}
