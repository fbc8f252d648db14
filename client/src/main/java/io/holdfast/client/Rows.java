package io.holdfast.client;

import io.holdfast.wire.ColumnDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A small result, held whole.
public final class Rows implements Iterable<Rows.Row> {
    private final List<ColumnDefinition> columns;
    private final List<Row> rows;

    Rows(List<ColumnDefinition> columns, List<byte[] @Nullable []> values) {
        this.columns = List.copyOf(columns);
        this.rows = values.stream().map(Row::new).toList();
    }

    public List<ColumnDefinition> columns() {
        return columns;
    }

    public int count() {
        return rows.size();
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public Row row(int index) {
        return rows.get(index);
    }

    /// The one row that the statement must have returned.
    ///
    /// @throws NoSuchElementException if there are none or several
    public Row only() {
        if (rows.size() != 1) {
            throw new NoSuchElementException(rows.size() + " rows, expected one");
        }
        return rows.getFirst();
    }

    public List<Row> list() {
        return rows;
    }

    @Override
    public Iterator<Row> iterator() {
        return rows.iterator();
    }

    /// Whether the result has a column of this name, in any case of letters.
    public boolean has(String column) {
        return find(column) >= 0;
    }

    private int find(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        return -1;
    }

    private int index(String column) {
        int index = find(column);
        if (index < 0) {
            throw new NoSuchElementException(
                    "no column "
                            + column.toLowerCase(Locale.ROOT)
                            + " among "
                            + columns.stream().map(ColumnDefinition::name).toList());
        }
        return index;
    }

    /// One row. Columns are named without regard to case, as the server does, or counted from 0.
    /// Accessors without `OrNull` demand a value and throw [NoSuchElementException] at NULL.
    public final class Row {
        private final byte[] @Nullable [] values;

        private Row(byte[] @Nullable [] values) {
            this.values = values;
        }

        public boolean isNull(int index) {
            return values[index] == null;
        }

        public boolean isNull(String column) {
            return isNull(index(column));
        }

        /// The value's bytes as the server sent them; the row's own array, not to be changed.
        @SuppressWarnings("EI_EXPOSE_REP")
        public byte @Nullable [] bytesOrNull(int index) {
            return values[index];
        }

        public byte @Nullable [] bytesOrNull(String column) {
            return bytesOrNull(index(column));
        }

        public byte[] bytes(int index) {
            byte[] value = values[index];
            if (value == null) {
                throw new NoSuchElementException(columns.get(index).name() + " is NULL");
            }
            return value;
        }

        public byte[] bytes(String column) {
            return bytes(index(column));
        }

        public @Nullable String stringOrNull(int index) {
            byte[] value = values[index];
            return value == null ? null : new String(value, StandardCharsets.UTF_8);
        }

        public @Nullable String stringOrNull(String column) {
            return stringOrNull(index(column));
        }

        /// The value as text; the session's character set is utf8mb4.
        public String string(int index) {
            return new String(bytes(index), StandardCharsets.UTF_8);
        }

        public String string(String column) {
            return string(index(column));
        }

        /// The value as a signed 64-bit integer.
        ///
        /// @throws NumberFormatException if it is none
        public long integer(int index) {
            return Long.parseLong(string(index));
        }

        public long integer(String column) {
            return integer(index(column));
        }
    }
}
