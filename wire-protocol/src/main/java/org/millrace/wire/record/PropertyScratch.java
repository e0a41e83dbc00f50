package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Properties on their way into a record: headers and type codes as bytes. Confined to its caller;
 * used again for the next record.
 */
final class PropertyScratch {
    private static final byte[] NONE = {};

    /** Two varints at their longest. */
    private static final long LENGTHS_BYTES = 10;

    static final PropertyScratch EMPTY = new PropertyScratch();

    private byte[] types = NONE;
    private final GrowingBuffer headers = new GrowingBuffer();
    private int count;

    PropertyScratch encode(Map<String, ?> properties) {
        headers.clear();
        count = 0;
        if (types.length < properties.size()) {
            types = new byte[properties.size()];
        }
        properties.forEach(this::add);
        return this;
    }

    private void add(String name, Object value) {
        types[count++] = ValueType.ofProperty(name, value).code();
        byte[] utf8 = Utf8.encode(name);
        byte[] text = value == null ? NONE : PropertyText.format(value);
        ByteBuffer out = headers.reserve(LENGTHS_BYTES + utf8.length + text.length);
        Varint.writeInt(out, utf8.length);
        out.put(utf8);
        Varint.writeInt(out, value == null ? HeaderCursor.ABSENT : text.length);
        out.put(text);
    }

    int count() {
        return count;
    }

    int sizeBytes() {
        return headers.position();
    }

    byte[] types() {
        return types;
    }

    void writeTo(ByteBuffer out) {
        out.put(headers.array(), 0, headers.position());
    }
}
