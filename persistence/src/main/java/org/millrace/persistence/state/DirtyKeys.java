package org.millrace.persistence.state;

import java.util.LinkedHashSet;
import java.util.Set;

/** Keys of one kind of row that changed since the last checkpoint. Confined like its owner. */
final class DirtyKeys<K> {
    private final Set<K> put = new LinkedHashSet<>();
    private final Set<K> deleted = new LinkedHashSet<>();

    void put(K key) {
        put.add(key);
    }

    void delete(K key) {
        put.remove(key);
        deleted.add(key);
    }

    Set<K> put() {
        return put;
    }

    Set<K> deleted() {
        return deleted;
    }

    void clear() {
        put.clear();
        deleted.clear();
    }
}
