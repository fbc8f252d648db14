package io.holdfast.backup.logical.schema;

import io.holdfast.client.Session;
import io.holdfast.core.TableName;
import java.util.List;

/// Reads everything a server holds besides rows, in the order in which it can be created again.
///
/// What it reads is of one moment only if nothing changes meanwhile; whoever calls it holds the
/// lock, or compares afterwards.
public final class SchemaReader {
    private final Engines engines;

    public SchemaReader(Engines engines) {
        this.engines = engines;
    }

    /// Reads one table, if it is there, and behind it its triggers.
    ///
    /// @param session prepared by [CaptureSettings]
    public void readTable(Session session, TableName table, SchemaSink sink) {
        Databases.use(session, table.schema());
        new Tables(Databases.read(session), engines).readOne(session, table, sink);
        Triggers.readOf(session, table, sink);
    }

    /// Reads all objects.
    ///
    /// @param session prepared by [CaptureSettings]
    public void read(Session session, SchemaSink sink) {
        Databases databases = Databases.read(session);
        List<SchemaPart> parts =
                List.of(
                        new ServerFacts(),
                        new Components(),
                        new Plugins(),
                        new LoadableFunctions(),
                        new SpatialReferenceSystems(),
                        new ResourceGroups(),
                        new Tablespaces(),
                        new ForeignServers(),
                        new Accounts(),
                        databases,
                        new Libraries(databases),
                        new Tables(databases, engines),
                        new Routines(databases, "FUNCTION"),
                        new Routines(databases, "PROCEDURE"),
                        new Views(databases),
                        new Triggers(databases),
                        new Histograms(databases),
                        new Events(databases),
                        new Grants(),
                        new DefaultRoles(),
                        databases.readOnly());
        for (SchemaPart part : parts) {
            part.read(session, sink);
        }
    }
}
