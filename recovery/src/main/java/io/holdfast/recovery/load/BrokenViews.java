package io.holdfast.recovery.load;

import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.ShowCheck;
import io.holdfast.repository.logical.SqlSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes the views that were broken on the original too: over [StandIns] for what they miss, which
/// are dropped when all the views exist. A view that does not come out as it was is dropped and
/// reported.
final class BrokenViews {
    /// So often a view is tried with one thing more.
    private static final int TRIES_MAX = 5000;

    private final LoadSession session;
    private final Findings findings;

    BrokenViews(LoadSession session, Findings findings) {
        this.session = session;
        this.findings = findings;
    }

    /// Makes what can be made.
    ///
    /// @param views none of which the server takes without stand-ins
    /// @return how many exist now
    int create(List<SchemaLine> views) {
        List<SchemaLine> created = new ArrayList<>();
        session.apply(null);
        session.session().execute("SET lc_messages = 'en_US'");
        try (var standIns = new StandIns(session.session())) {
            for (SchemaLine view : views) {
                if (isCreated(view, standIns)) {
                    created.add(view);
                }
            }
            session.apply(null);
        }
        return (int) created.stream().filter(this::isAsItWas).count();
    }

    private boolean isCreated(SchemaLine view, StandIns standIns) {
        for (int attempt = 1; ; attempt++) {
            try {
                view.statements().forEach(statement -> session.execute(view.session(), statement));
                return true;
            } catch (SqlErrorException refusal) {
                session.apply(null);
                if (attempt == TRIES_MAX || !standIns.make(refusal)) {
                    findings.notCreated(view.title(), refusal.serverMessage());
                    return false;
                }
            }
        }
    }

    private boolean isAsItWas(SchemaLine view) {
        ShowCheck check = view.check();
        String schema = view.schema();
        if (check == null || schema == null) {
            return true;
        }
        session.apply(SqlSession.in(schema));
        byte[] shown = session.session().query(check.statement()).only().bytes(check.column());
        if (Arrays.equals(shown, check.text().bytes())) {
            return true;
        }
        session.session().execute("DROP VIEW " + new TableName(schema, view.name()).quoted());
        findings.notCreated(
                view.title(), "what it reads is missing, and its text would be another");
        return false;
    }
}
