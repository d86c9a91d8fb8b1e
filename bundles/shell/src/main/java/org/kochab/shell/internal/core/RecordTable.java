package org.kochab.shell.internal.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kochab.resourcetext.Table;
import org.kochab.resourcetext.Values;

/** Records as a table: one column a component, so that table and JSON never drift apart. */
public final class RecordTable {
    private RecordTable() {}

    /** @param type a public record; components named {@code message} or {@code reason} give way when the terminal is narrow */
    public static <R extends Record> Table of(Class<R> type, List<R> records) {
        RecordComponent[] components = type.getRecordComponents();
        List<Table.Column> columns = new ArrayList<>();
        for (RecordComponent c : components) {
            columns.add(new Table.Column(
                    title(c.getName()),
                    List.of("message", "reason", "usedBy", "durability").contains(c.getName())));
        }
        List<List<String>> rows = new ArrayList<>();
        for (R r : records) {
            List<String> row = new ArrayList<>();
            for (RecordComponent c : components) {
                row.add(Values.text(value(c, r)));
            }
            rows.add(row);
        }
        return new Table(columns, rows);
    }

    /** {@code usedBy} becomes {@code USED BY}. */
    static String title(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
    }

    private static @Nullable Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
