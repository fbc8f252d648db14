package io.holdfast.backup.logical.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.TableName;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
class ViewOrderTest {
    @Test
    void eachViewComesAfterThoseItReads(RandomGenerator random) {
        for (int round = 0; round < 100; round++) {
            List<TableName> views = views(random.nextInt(1, 60));
            Map<TableName, List<TableName>> reads = new HashMap<>();
            for (int i = 1; i < views.size(); i++) {
                List<TableName> read = new ArrayList<>();
                for (int j = random.nextInt(4); j > 0; j--) {
                    read.add(views.get(random.nextInt(i)));
                }
                read.add(new TableName("s", "a base table"));
                reads.put(views.get(i), read);
            }
            List<TableName> given = new ArrayList<>(views);
            Collections.shuffle(given, new Random(random.nextLong()));
            List<TableName> ordered = ViewOrder.of(given, reads);
            assertThat(ordered).containsExactlyInAnyOrderElementsOf(views);
            reads.forEach((view, read) -> {
                for (TableName other : read) {
                    assertThat(ordered.indexOf(other)).isLessThan(ordered.indexOf(view));
                }
            });
        }
    }

    @Test
    void aCircleLosesNoView() {
        List<TableName> views = views(3);
        Map<TableName, List<TableName>> circle =
                Map.of(
                        views.get(0), List.of(views.get(1)),
                        views.get(1), List.of(views.get(2)),
                        views.get(2), List.of(views.get(0)));
        assertThat(ViewOrder.of(views, circle)).containsExactlyInAnyOrderElementsOf(views);
    }

    @Test
    void aLongChainNeedsNoDeepStack() {
        List<TableName> views = views(100_000);
        Map<TableName, List<TableName>> reads = new HashMap<>();
        for (int i = 0; i + 1 < views.size(); i++) {
            reads.put(views.get(i), List.of(views.get(i + 1)));
        }
        assertThat(ViewOrder.of(views, reads)).isEqualTo(views.reversed());
    }

    private static List<TableName> views(int count) {
        List<TableName> views = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            views.add(new TableName("s", "v" + i));
        }
        return views;
    }
}
