package org.millrace.broker.selector;

import java.util.HashMap;
import java.util.Map;

/** A message made of a map. */
record MapSubject(Map<String, Object> values) implements SelectorSubject {
    static MapSubject empty() {
        return new MapSubject(Map.of());
    }

    static MapSubject of(String name, Object value) {
        return empty().with(name, value);
    }

    MapSubject with(String name, Object value) {
        Map<String, Object> extended = new HashMap<>(values);
        extended.put(name, value);
        return new MapSubject(extended);
    }

    @Override
    public Object value(Identifier identifier) {
        return values.get(identifier.name());
    }
}
