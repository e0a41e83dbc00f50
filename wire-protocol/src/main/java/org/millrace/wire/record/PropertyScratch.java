package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.millrace.foundation.Check;

/**
 * Properties on their way into a record: headers and type codes as bytes. Confined to its caller;
 * used again for the next record.
 */
final class PropertyScratch {
    private static final byte[] NONE = {};

    static final PropertyScratch EMPTY = new PropertyScratch();

    private byte[] types = NONE;
    private ByteBuffer headers = ByteBuffer.wrap(NONE);
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
        Check.argument(!name.equals(JmsHeader.NAME), "a property cannot be named '%s'", name);
        types[count++] = ValueType.ofProperty(name, value).code();
        byte[] utf8 = Utf8.encode(name);
        byte[] text = value == null ? NONE : PropertyText.format(value);
        reserve(2L * Varint.sizeOfInt(Integer.MAX_VALUE) + utf8.length + text.length);
        Varint.writeInt(headers, utf8.length);
        headers.put(utf8);
        Varint.writeInt(headers, value == null ? HeaderCursor.ABSENT : text.length);
        headers.put(text);
    }

    private void reserve(long bytes) {
        if (headers.remaining() < bytes) {
            long wanted = Math.max(headers.position() + bytes, headers.capacity() * 2L);
            Check.argument(wanted < Integer.MAX_VALUE - 16, "properties need %d bytes", wanted);
            headers =
                    ByteBuffer.wrap(Arrays.copyOf(headers.array(), (int) wanted))
                            .position(headers.position());
        }
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
