package org.kochab.resourcetext;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text under column titles.
 *
 * @param rows each with one cell a column
 */
public record Table(List<Column> columns, List<List<String>> rows) {
    /** No column is made narrower than this to fit. */
    private static final int NARROWEST = 8;

    private static final String GAP = "   ";

    /** @param flexible whether it may be cut short when the table is wider than the terminal */
    public record Column(String title, boolean flexible) {}

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /**
     * Widths with which the table fits.
     *
     * @param width of the terminal in characters; 0 or less for any
     * @return one a column; the flexible columns give way, widest first, and nothing else does
     */
    public List<Integer> widths(int width) {
        List<Integer> widths = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            int widest = columns.get(c).title().length();
            for (List<String> row : rows) {
                widest = Math.max(widest, row.get(c).length());
            }
            widths.add(widest);
        }
        if (width <= 0) {
            return widths;
        }
        int over = widths.stream().mapToInt(Integer::intValue).sum() + GAP.length() * (columns.size() - 1) - width;
        while (over > 0) {
            int widest = widestFlexible(widths);
            if (widest < 0) {
                break;
            }
            widths.set(widest, widths.get(widest) - 1);
            over--;
        }
        return widths;
    }

    /** Title line and rows; each ends without blanks. */
    public List<String> lines(int width) {
        List<Integer> widths = widths(width);
        List<String> lines = new ArrayList<>();
        lines.add(line(columns.stream().map(Column::title).toList(), widths));
        for (List<String> row : rows) {
            lines.add(line(row, widths));
        }
        return lines;
    }

    /** One line of cells under columns of these widths; a flexible cell that is too long ends with {@code …}. */
    public String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String cell = cells.get(c);
            int width = widths.get(c);
            if (cell.length() > width && columns.get(c).flexible()) {
                cell = cell.substring(0, width - 1) + "…";
            }
            line.append(cell);
            if (c < cells.size() - 1) {
                line.append(" ".repeat(Math.max(0, width - cell.length()))).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    private int widestFlexible(List<Integer> widths) {
        int widest = -1;
        for (int c = 0; c < widths.size(); c++) {
            int least = Math.max(NARROWEST, columns.get(c).title().length());
            if (columns.get(c).flexible()
                    && widths.get(c) > least
                    && (widest < 0 || widths.get(c) > widths.get(widest))) {
                widest = c;
            }
        }
        return widest;
    }
}
