package org.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, aligned: numbers to the right, everything else to the left. */
final class Table {
    private static final String GAP = "  ";
    private static final String MORE = "...";

    /** Of one cell; a name may have 1024. */
    private static final int MAX_CHARS = 100;

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(printable(String.valueOf(cell)));
        }
        rows.add(row);
        return this;
    }

    /** Names are what clients chose: a terminal must not take them for commands. */
    private static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= MAX_CHARS
                ? plain
                : plain.substring(0, MAX_CHARS - MORE.length()) + MORE;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Without rows it is nothing. */
    List<String> lines() {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(headings));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String space = " ".repeat(width(i) - cell.length());
            line.append(i == 0 ? "" : GAP).append(isNumeric(i) ? space + cell : cell + space);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = headings.get(column).length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    private boolean isNumeric(int column) {
        return rows.stream().allMatch(row -> row.get(column).matches("-?[0-9].*|-"));
    }
}
