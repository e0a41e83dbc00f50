package org.millrace.wire.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.millrace.wire.Address;

/** Random valid messages and what they are made of, all from one source of chance. */
final class RandomMessages {
    static final long NOW = 1_700_000_000_000L;

    private static final Address.Kind[] ADDRESS_KINDS = Address.Kind.values();
    private static final MessageKind[] KINDS = MessageKind.values();

    private final RandomGenerator random;

    RandomMessages(RandomGenerator random) {
        this.random = random;
    }

    /** Any chars, lone surrogates included. */
    String text() {
        int shape = random.nextInt(4);
        int length = shape == 0 ? 0 : random.nextInt(shape == 1 ? 300 : 12);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(shape == 3 ? 0x10000 : 0x80));
        }
        return text.toString();
    }

    byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    ByteBuffer bufferOrNull() {
        return random.nextInt(4) == 0 ? null : ByteBuffer.wrap(bytes());
    }

    /** A value that a property may have. */
    Object propertyValue() {
        return switch (random.nextInt(9)) {
            case 0 -> random.nextBoolean();
            case 1 -> (byte) random.nextInt();
            case 2 -> (short) random.nextInt();
            case 3 -> random.nextInt();
            case 4 -> random.nextLong();
            case 5 -> Float.intBitsToFloat(random.nextInt());
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> text();
            default -> null;
        };
    }

    /** A value that a Map or Stream may hold. */
    Object bodyValue() {
        return switch (random.nextInt(12)) {
            case 0 -> bytes();
            case 1 -> (char) random.nextInt();
            default -> propertyValue();
        };
    }

    Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            properties.put("p" + text(), propertyValue());
        }
        return properties;
    }

    List<Record.Header> headers() {
        List<Record.Header> headers = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            headers.add(new Record.Header(text(), bufferOrNull()));
        }
        return headers;
    }

    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            map.put(text(), bodyValue());
        }
        return map;
    }

    List<Object> stream() {
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            values.add(bodyValue());
        }
        return values;
    }

    JmsHeaderBuilder header() {
        JmsHeaderBuilder header =
                new JmsHeaderBuilder(KINDS[random.nextInt(KINDS.length)])
                        .priority(random.nextInt(10))
                        .expiration(random.nextLong())
                        .deliveryTime(random.nextLong())
                        .connectionId(random.nextLong());
        List<Runnable> options =
                List.of(
                        header::persistent,
                        header::timestampDisabled,
                        () -> header.messageId(random.nextLong(), random.nextLong(Long.MAX_VALUE)),
                        () -> header.correlationId(text()),
                        () -> header.correlationId(bytes()),
                        () -> header.replyTo(address()),
                        () -> header.type(text()),
                        () -> header.groupSequence(random.nextInt()),
                        () -> header.userId(text()),
                        () -> header.clientId(text()));
        options.forEach(
                option -> {
                    if (random.nextBoolean()) {
                        option.run();
                    }
                });
        return header;
    }

    Address address() {
        return new Address(ADDRESS_KINDS[random.nextInt(ADDRESS_KINDS.length)], text(), text());
    }

    RecordBatch batch(Compression compression) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(NOW)
                        .producer(random.nextLong(), (short) random.nextInt(9), random.nextInt(99))
                        .compression(compression);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            builder.addMessage(
                    NOW + random.nextInt(100),
                    bufferOrNull(),
                    bufferOrNull(),
                    header(),
                    properties());
        }
        // Something to compress, so that a small batch is not left as it is.
        return builder.addMessage(
                        NOW, null, ByteBuffer.allocate(2000), header(), Map.of("last", true))
                .build();
    }
}
