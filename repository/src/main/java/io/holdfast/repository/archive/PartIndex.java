package io.holdfast.repository.archive;

import io.holdfast.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a part holds, in log order. Can be made again from the part at any time.
///
/// @param tables the sums over all transactions, sorted by name
public record PartIndex(List<TransactionEntry> transactions, List<TableSummary> tables) {
    /// Copies the lists.
    public PartIndex {
        transactions = List.copyOf(transactions);
        tables = List.copyOf(tables);
    }

    /// What all transactions of a part did to one table.
    public record TableSummary(
            TableName table,
            long transactions,
            long inserted,
            long updated,
            long deleted,
            long statements) {}

    /// The index of these transactions.
    public static PartIndex of(List<TransactionEntry> transactions) {
        Map<TableName, long[]> sums = new TreeMap<>();
        for (TransactionEntry transaction : transactions) {
            for (TransactionEntry.TableRows rows : transaction.tables()) {
                long[] sum = sums.computeIfAbsent(rows.table(), _ -> new long[5]);
                sum[0]++;
                sum[1] += rows.inserted();
                sum[2] += rows.updated();
                sum[3] += rows.deleted();
            }
            for (TransactionEntry.Statement statement : transaction.statements()) {
                for (TransactionEntry.Name name : statement.names()) {
                    sums.computeIfAbsent(
                                    new TableName(name.schema(), name.name()), _ -> new long[5])[
                            4]++;
                }
            }
        }
        var tables = new ArrayList<TableSummary>();
        sums.forEach((table, sum) ->
                tables.add(new TableSummary(table, sum[0], sum[1], sum[2], sum[3], sum[4])));
        return new PartIndex(transactions, tables);
    }
}
