package org.millrace.cli;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** What commands print and read as JSON. Loaded on first use only: it takes a while. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

    private Json() {}

    /** A map, record or list on one line; in the order that it has. Times as ISO-8601. */
    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
