package io.holdfast.backup.logical;

import io.holdfast.client.Rows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a primary key's order: the key of one row. The row itself comes after it, so ranges
/// that share a bound have no row in common and none between them.
///
/// Comparisons are written out part by part, because the server uses no index for `(a, b) >= (x,
/// y)`: `(a > x OR (a = x AND b >= y))`.
///
/// @param literals the values as SQL, one for each part
record KeyBound(List<KeyPart> parts, List<String> literals) {
    KeyBound {
        if (parts.isEmpty() || parts.size() != literals.size()) {
            throw new IllegalArgumentException("each part of the key has one value");
        }
        parts = List.copyOf(parts);
        literals = List.copyOf(literals);
    }

    /// The bound at a row that holds the parts' values in its first columns.
    static KeyBound at(List<KeyPart> parts, Rows.Row row) {
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            literals.add(parts.get(i).literal(row.bytes(i)));
        }
        return new KeyBound(parts, literals);
    }

    /// Holds for rows from this bound on.
    String fromHere() {
        return compare(0, true);
    }

    /// Holds for rows before this bound.
    String beforeHere() {
        return compare(0, false);
    }

    /// Holds for the row at this bound.
    String here() {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            equal.add(parts.get(i).quoted() + " = " + literals.get(i));
        }
        return String.join(" AND ", equal);
    }

    private String compare(int index, boolean isFrom) {
        KeyPart part = parts.get(index);
        String column = part.quoted();
        String literal = literals.get(index);
        String beyond = isFrom == part.isDescending() ? " < " : " > ";
        if (index == parts.size() - 1) {
            return column + (isFrom ? beyond.stripTrailing() + "= " : beyond) + literal;
        }
        return "("
                + column
                + beyond
                + literal
                + " OR ("
                + column
                + " = "
                + literal
                + " AND "
                + compare(index + 1, isFrom)
                + "))";
    }

    /// The condition for rows within a range.
    ///
    /// @param within what all of them meet anyhow; null for nothing
    /// @param from where the range begins; null for the first row
    /// @param to where it ends; null for after the last row
    /// @return null if every row meets it
    static @Nullable String range(
            @Nullable String within, @Nullable KeyBound from, @Nullable KeyBound to) {
        List<String> conditions = new ArrayList<>();
        if (within != null) {
            conditions.add(within);
        }
        if (from != null) {
            conditions.add(from.fromHere());
        }
        if (to != null) {
            conditions.add(to.beforeHere());
        }
        return conditions.isEmpty() ? null : String.join(" AND ", conditions);
    }
}
