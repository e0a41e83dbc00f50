package org.millrace.wire.admin;

import java.util.List;

/**
 * Some items of a list.
 *
 * @param next what to ask for to get those behind them; empty when these are the last. A page may
 *     have no items and others behind it
 */
public record Page<T>(List<T> items, String next) {
    public Page {
        items = items == null ? List.of() : List.copyOf(items);
        next = next == null ? "" : next;
    }

    public boolean isLast() {
        return next.isEmpty();
    }
}
