package io.holdfast.backup.logical.schema;

import io.holdfast.client.Session;

/// Reads the objects of one kind, or of a few that belong together.
@FunctionalInterface
interface SchemaPart {
    /// Reads them all.
    ///
    /// @param session prepared by [CaptureSettings]
    void read(Session session, SchemaSink sink);
}
