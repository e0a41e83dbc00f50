package org.millrace.persistence.catalog;

import java.util.Collection;
import java.util.List;

/**
 * Dirty rows of one kind.
 *
 * @param put rows to create or replace, each key at most once
 * @param deleted keys of rows to delete, before anything is put
 */
public record RowChanges<R, K>(List<R> put, List<K> deleted) {
    public RowChanges {
        put = List.copyOf(put);
        deleted = List.copyOf(deleted);
    }

    public static <R, K> RowChanges<R, K> none() {
        return new RowChanges<>(List.of(), List.of());
    }

    public static <R, K> RowChanges<R, K> of(Collection<R> put, Collection<K> deleted) {
        return new RowChanges<>(List.copyOf(put), List.copyOf(deleted));
    }
}
