package org.millrace.wire.frame;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/** Makes frames of any type by chance, from the components of their records. */
public final class RandomFrames {
    private static final String[] STRINGS = {"", "a", "orders.eu", "grüße ⚙ 🙂", "x".repeat(300)};

    private final RandomGenerator chance;

    public RandomFrames(RandomGenerator chance) {
        this.chance = chance;
    }

    public <F extends Frame> F next(FrameType<F> type) {
        return type.frame().cast(valueOf(type.frame()));
    }

    private Object valueOf(Type type) {
        if (type instanceof ParameterizedType list) {
            int size = chance.nextInt(5);
            List<Object> items = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                items.add(valueOf(list.getActualTypeArguments()[0]));
            }
            return items;
        }
        Class<?> kind = (Class<?>) type;
        if (kind.isRecord()) {
            return recordOf(kind);
        }
        if (kind.isEnum()) {
            Object[] constants = kind.getEnumConstants();
            return constants[chance.nextInt(constants.length)];
        }
        return scalarOf(kind);
    }

    private Object scalarOf(Class<?> kind) {
        if (kind == long.class) {
            return chance.nextLong() >> chance.nextInt(64);
        } else if (kind == int.class) {
            return chance.nextInt() >> chance.nextInt(32);
        } else if (kind == short.class) {
            return (short) chance.nextInt();
        } else if (kind == boolean.class) {
            return chance.nextBoolean();
        } else if (kind == String.class) {
            return STRINGS[chance.nextInt(STRINGS.length)];
        } else if (kind == ByteBuffer.class) {
            byte[] bytes = new byte[chance.nextInt(200)];
            chance.nextBytes(bytes);
            return ByteBuffer.wrap(bytes);
        } else if (kind == RecordBatch.class) {
            return batch(chance.nextInt(2000));
        }
        throw new AssertionError("no generator for " + kind);
    }

    private Object recordOf(Class<?> kind) {
        RecordComponent[] components = kind.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = valueOf(components[i].getGenericType());
        }
        if (kind == Frame.Welcome.class) {
            values[0] = FrameCodec.VERSION;
            values[5] = FrameLimits.DEFAULT.maxFrameBytes();
        } else if (kind == Frame.Hello.class) {
            values[0] = FrameCodec.VERSION;
            values[1] = FrameCodec.VERSION + 1;
        }
        try {
            return kind.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A batch of one record with a body of so many bytes. */
    public RecordBatch batch(int bodyBytes) {
        byte[] body = new byte[bodyBytes];
        chance.nextBytes(body);
        return new RecordBatchBuilder(1_000)
                .producer(7, (short) 1, 3)
                .add(1_000, null, ByteBuffer.wrap(body), List.of())
                .build();
    }
}
