package io.holdfast.servertests.recovery;

import io.holdfast.client.Session;
import io.holdfast.core.GtidSet;

/// A recovered server that runs, to be looked into.
public interface Looked extends AutoCloseable {
    Session session();

    default String ask(String query) {
        return session().query(query).only().string(0);
    }

    default GtidSet executed() {
        return GtidSet.parse(ask("SELECT @@gtid_executed"));
    }

    @Override
    void close();
}
