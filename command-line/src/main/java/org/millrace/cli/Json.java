package org.millrace.cli;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** What commands print and read as JSON. Loaded on first use only: it takes a while. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /** A map, record or list on one line; in the order that it has. Times as ISO-8601. */
    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * The members of an object: maps, lists, text, numbers as int, long or double, booleans, null.
     *
     * @throws IllegalArgumentException when the text is anything else
     */
    static Map<String, Object> readObject(String text) {
        Map<String, Object> read;
        try {
            read = MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
        } catch (JacksonException wrong) {
            throw new IllegalArgumentException(
                    "not a JSON object: " + wrong.getOriginalMessage(), wrong);
        }
        if (read == null) {
            throw new IllegalArgumentException("not a JSON object: null");
        }
        return read;
    }
}
