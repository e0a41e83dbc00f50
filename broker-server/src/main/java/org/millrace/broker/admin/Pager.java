package org.millrace.broker.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.Page;

/** Gathers one page of a list, as much as one answer may hold. Confined to one request. */
final class Pager<T> {
    static final int MAX_ITEMS = 200;

    /** Of the items; less than what a frame takes, because one too many may be in it. */
    private static final int MAX_BYTES = 32 * 1024;

    private final List<T> items = new ArrayList<>();
    private int bytes;
    private String lastPlace = "";

    /** False when the page was full before: the item is for the next one. */
    boolean offer(T item, String place) {
        if (items.size() >= MAX_ITEMS || bytes >= MAX_BYTES) {
            return false;
        }
        items.add(item);
        bytes += AdminJson.write(item).getBytes(StandardCharsets.UTF_8).length;
        lastPlace = place;
        return true;
    }

    /** Full: the next page goes on behind the last item. */
    Page<T> full() {
        return new Page<>(items, lastPlace);
    }

    /** Not full; the list goes on behind {@code next} when that is not empty. */
    Page<T> upTo(String next) {
        return new Page<>(items, next);
    }
}
