package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the {@link JmsHeader} and the properties of one record after another, for example to
 * evaluate a selector. Confined to its caller; keeps views of the record read last.
 *
 * <p>Properties are the headers of the record other than the first {@code jms}, in stored order:
 * name → UTF-8 text of the value, or a null header value for null. The n-th has the n-th type code
 * of {@link JmsHeader}; those beyond the codes (all of them in a record without {@code jms}) were
 * added by foreign software and are strings. Of several with one name, the first counts.
 *
 * <p>Values are Boolean, Byte, Short, Integer, Long, Float, Double, String or null (§3.5.2).
 * Numbers are written as Java writes them ({@code Float.toString}), so each reads back exactly.
 */
public final class MessageProperties {
    private static final int FIELDS = 4;
    private static final int NAME_POSITION = 0;
    private static final int NAME_LENGTH = 1;
    private static final int VALUE_POSITION = 2;
    private static final int VALUE_LENGTH = 3;

    private final HeaderCursor cursor = new HeaderCursor();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private JmsHeader header = JmsHeader.foreign(0);
    private int[] places = new int[16 * FIELDS];
    private ByteBuffer types = ByteBuffer.allocate(0);
    private int count;

    /**
     * Turns to this record.
     *
     * @throws CorruptRecordException when its headers cannot be read; then nothing else may be
     *     asked
     */
    public MessageProperties read(Record record) {
        buffer = record.buffer();
        count = 0;
        JmsHeader found = null;
        record.moveToHeaders(cursor);
        while (cursor.next()) {
            if (found == null && cursor.nameEquals(JmsHeader.NAME_BYTES)) {
                found = JmsHeader.at(record, cursor);
            } else if (!cursor.nameEquals(JmsHeader.AUDIENCE_NAME_BYTES)) {
                addPlace();
            }
        }
        header = found == null ? JmsHeader.foreign(record.timestamp()) : found;
        types = header.propertyTypes();
        if (types.remaining() > count) {
            throw new CorruptRecordException(
                    "%d property types for %d properties".formatted(types.remaining(), count));
        }
        return this;
    }

    private void addPlace() {
        int at = count * FIELDS;
        if (at == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[at + NAME_POSITION] = cursor.namePosition();
        places[at + NAME_LENGTH] = cursor.nameLength();
        places[at + VALUE_POSITION] = cursor.valuePosition();
        places[at + VALUE_LENGTH] = cursor.valueLength();
        count++;
    }

    public JmsHeader header() {
        return header;
    }

    /** Null when there is no such property or it is null: the specification makes them equal. */
    public Object value(PropertyName name) {
        for (int i = 0; i < count; i++) {
            int at = i * FIELDS;
            if (HeaderCursor.equals(
                    buffer, places[at + NAME_POSITION], places[at + NAME_LENGTH], name.utf8())) {
                return value(i);
            }
        }
        return null;
    }

    /** All properties in stored order; null values are in it. A copy. */
    public Map<String, Object> toMap() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int at = i * FIELDS;
            String name = Utf8.decode(buffer, places[at + NAME_POSITION], places[at + NAME_LENGTH]);
            if (!properties.containsKey(name)) {
                properties.put(name, value(i));
            }
        }
        return properties;
    }

    /**
     * Reads the header and all values once.
     *
     * @throws CorruptRecordException when something is not what the format allows
     */
    public void verify() {
        header.verify();
        for (int i = 0; i < count; i++) {
            if (i < types.remaining()) {
                value(i);
            }
        }
    }

    private Object value(int index) {
        int at = index * FIELDS;
        int length = places[at + VALUE_LENGTH];
        ValueType type =
                index < types.remaining()
                        ? ValueType.ofPropertyCode(types.get(types.position() + index))
                        : ValueType.STRING;
        if (length == HeaderCursor.ABSENT) {
            return null;
        }
        return PropertyText.parse(type, buffer, places[at + VALUE_POSITION], length);
    }
}
