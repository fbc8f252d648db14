package io.holdfast.repository.logical;

/// One column of the rows as they are stored.
///
/// @param type as `information_schema.COLUMNS.COLUMN_TYPE` spells it
public record TableColumn(String name, String type, ColumnCoding coding) {
    public String selectExpression() {
        return coding.selectExpression(name);
    }
}
