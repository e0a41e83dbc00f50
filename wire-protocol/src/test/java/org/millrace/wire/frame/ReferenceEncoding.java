package org.millrace.wire.frame;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.RecordBatch;

/**
 * The rule of docs/protocol.md carried out slowly: components in order, each encoded by its Java
 * type. What the codec writes must be the same bytes, and so the page cannot be wrong about a
 * field.
 */
final class ReferenceEncoding {
    private ReferenceEncoding() {}

    /** The frame with its length field. */
    static byte[] of(FrameType<?> type, Frame frame) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try {
            put(frame, new DataOutputStream(fields));
            DataOutputStream out = new DataOutputStream(whole);
            out.writeInt(fields.size() + 1);
            out.writeByte(type.code());
            fields.writeTo(out);
        } catch (IOException | ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
        return whole.toByteArray();
    }

    private static void put(Object value, DataOutputStream out)
            throws IOException, ReflectiveOperationException {
        if (value instanceof Long number) {
            out.writeLong(number);
        } else if (value instanceof Integer number) {
            out.writeInt(number);
        } else if (value instanceof Short number) {
            out.writeShort(number);
        } else if (value instanceof Boolean flag) {
            out.writeByte(flag ? 1 : 0);
        } else if (value instanceof ErrorCode code) {
            out.writeShort(code.id());
        } else if (value instanceof Enum<?> constant) {
            out.writeByte(constant.ordinal());
        } else if (value instanceof String text) {
            putBytes(text.getBytes(StandardCharsets.UTF_8), out);
        } else if (value instanceof ByteBuffer buffer) {
            putBytes(toArray(buffer), out);
        } else if (value instanceof RecordBatch batch) {
            putBytes(toArray(batch.bytes()), out);
        } else if (value instanceof List<?> items) {
            out.writeInt(items.size());
            for (Object item : items) {
                put(item, out);
            }
        } else {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                put(component.getAccessor().invoke(value), out);
            }
        }
    }

    private static void putBytes(byte[] bytes, DataOutputStream out) {
        try {
            out.writeInt(bytes.length);
            out.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static byte[] toArray(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.duplicate().get(array);
        return array;
    }
}
