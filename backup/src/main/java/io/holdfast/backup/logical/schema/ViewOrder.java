package io.holdfast.backup.logical.schema;

import io.holdfast.core.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Orders views so that each comes after those it reads. Views that read each other in a circle,
/// which none of them survives on the server either, come in the order in which they were given.
final class ViewOrder {
    private ViewOrder() {}

    /// @param views all views
    /// @param reads per view the tables and views it reads; others than `views` are passed over
    static List<TableName> of(Collection<TableName> views, Map<TableName, List<TableName>> reads) {
        Set<TableName> wanted = new HashSet<>(views);
        Set<TableName> begun = new HashSet<>();
        List<TableName> ordered = new ArrayList<>();
        record Step(TableName view, Iterator<TableName> left) {}
        for (TableName view : views) {
            if (!begun.add(view)) {
                continue;
            }
            Deque<Step> path = new ArrayDeque<>();
            path.push(new Step(view, reads.getOrDefault(view, List.of()).iterator()));
            while (!path.isEmpty()) {
                Step step = path.peek();
                if (!step.left().hasNext()) {
                    ordered.add(step.view());
                    path.pop();
                    continue;
                }
                TableName next = step.left().next();
                if (wanted.contains(next) && begun.add(next)) {
                    path.push(new Step(next, reads.getOrDefault(next, List.of()).iterator()));
                }
            }
        }
        return ordered;
    }
}
