package io.holdfast.recovery.load;

import java.util.ArrayList;
import java.util.List;

/// Collects what a load met on its way. Bounded: a server with a million broken views has one
/// trouble, not a million. Confined to one thread.
final class Findings {
    private static final int KEPT_MAX = 10_000;

    private final List<LoadReport.Finding> findings = new ArrayList<>();
    private long leftOut;

    void note(String object, String what) {
        add(new LoadReport.Finding(LoadReport.Kind.NOTE, object, what));
    }

    void notCreated(String object, String what) {
        add(new LoadReport.Finding(LoadReport.Kind.NOT_CREATED, object, what));
    }

    void different(String object, String what) {
        add(new LoadReport.Finding(LoadReport.Kind.DIFFERENT, object, what));
    }

    private void add(LoadReport.Finding finding) {
        if (findings.size() < KEPT_MAX) {
            findings.add(finding);
        } else {
            leftOut++;
        }
    }

    List<LoadReport.Finding> all() {
        var all = new ArrayList<>(findings);
        if (leftOut > 0) {
            all.add(
                    new LoadReport.Finding(
                            LoadReport.Kind.NOTE, "", leftOut + " more findings are not listed"));
        }
        return all;
    }
}
