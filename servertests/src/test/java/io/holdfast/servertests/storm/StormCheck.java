package io.holdfast.servertests.storm;

import io.holdfast.core.GtidSet;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.LogicalSection;
import io.holdfast.repository.logical.JsonLines;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.servertests.fixture.StoredRows;
import io.holdfast.servertests.storm.Storm.Transfer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// Compares one backup with what its own GTID set says it must hold: which definitions, which rows
/// under which name, what every account holds.
final class StormCheck {
    private static final Set<ObjectKind> LOGGED =
            Set.of(ObjectKind.TABLE, ObjectKind.VIEW, ObjectKind.PROCEDURE, ObjectKind.TRIGGER);

    private record Table(String name, TableContent content) {}

    private final Storm storm;
    private final BackupReader backup;
    private final GtidSet gtids;
    private final LogicalSection section;
    private final SchemaLog.Entry schema;
    private final Map<Integer, Table> tables = new HashMap<>();
    private final long[] balances;
    private final long[] counters;
    private long accounts;
    private String misplaced = "";

    private StormCheck(Storm storm, SchemaLog log, BackupReader backup) {
        this.storm = storm;
        this.backup = backup;
        this.gtids = backup.manifest().state().gtidSet();
        this.section = Objects.requireNonNull(backup.manifest().state().logical());
        this.schema = log.after(storm.last(gtids, Storm.DDL));
        this.balances = new long[storm.accounts()];
        this.counters = new long[storm.writers() + 1];
    }

    /// What differs, in words; empty if nothing does.
    static String difference(Storm storm, SchemaLog log, BackupReader backup) {
        return new StormCheck(storm, log, backup).difference();
    }

    private String difference() {
        String definitions = definitions();
        if (!definitions.equals(schema.definitions())) {
            return "the definitions are not those after DDL "
                    + storm.last(gtids, Storm.DDL)
                    + ":\n"
                    + definitions;
        }
        expect();
        JsonLines.read(backup.open(section.tables()), "chunks", TableLine.class, this::subtract);
        if (!misplaced.isEmpty()) {
            return misplaced;
        }
        if (accounts != (long) storm.tables() * storm.accounts()) {
            return accounts + " accounts";
        }
        if (Arrays.stream(counters).anyMatch(count -> count != 0)) {
            return "writers are not where their GTIDs say: " + Arrays.toString(counters);
        }
        long wrong = Arrays.stream(balances).filter(balance -> balance != 0).count();
        return wrong == 0 ? "" : wrong + " accounts hold another amount";
    }

    private String definitions() {
        Map<String, String> objects = new TreeMap<>();
        JsonLines.read(
                backup.open(section.schemaObjects()),
                "objects",
                SchemaLine.class,
                line -> {
                    if (!"bank".equals(line.schema()) || !LOGGED.contains(line.kind())) {
                        return;
                    }
                    TableContent content = line.table();
                    if (content == null) {
                        objects.put(line.title(), "");
                    } else {
                        objects.put(line.title(), line.statements().getFirst().readable());
                        tables.put(content.number(), new Table(line.name(), content));
                    }
                });
        return SchemaLog.text(objects);
    }

    private void expect() {
        for (int writer = 1; writer <= storm.writers(); writer++) {
            long last = storm.last(gtids, writer);
            counters[writer] = last;
            for (long number = 1; number <= last; number++) {
                Transfer transfer = storm.transfer(writer, number);
                balances[transfer.from()] -= transfer.amount();
                balances[transfer.to()] += transfer.amount();
            }
        }
    }

    /// Takes what a chunk's rows hold from what is expected.
    private void subtract(TableLine line) {
        if (!(line instanceof TableLine.Chunk chunk)) {
            return;
        }
        Table table = Objects.requireNonNull(tables.get(chunk.table()));
        boolean isCounters = table.name().equals("counters");
        if (!isCounters && !table.name().startsWith("accounts")) {
            return;
        }
        StoredRows.each(
                backup,
                table.content(),
                chunk,
                values -> {
                    int id = Integer.parseInt(values[0]);
                    long amount = Long.parseLong(values[1]);
                    if (isCounters) {
                        counters[id] -= amount;
                    } else {
                        balances[id] -= amount;
                        accounts++;
                        place(table.name(), values[2].charAt(0));
                    }
                });
    }

    private void place(String name, char number) {
        if (schema.places().charAt(name.charAt("accounts".length()) - '0') != number) {
            misplaced = name + " has the rows of table " + number;
        }
    }
}
