package org.millrace.wire.frame;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.RecordBatch;

/**
 * Gives the fields of one frame in their order; the counterpart of {@link FieldWriter}. The buffer
 * ends where the frame ends. Every length is compared with the bytes left before anything is
 * allocated for it; what is returned shares nothing with the buffer.
 */
final class FieldReader {
    private static final Address.Kind[] ADDRESS_KINDS = Address.Kind.values();

    private final ByteBuffer in;

    FieldReader(ByteBuffer in) {
        this.in = in;
    }

    long i64() {
        return in.getLong();
    }

    int i32() {
        return in.getInt();
    }

    short i16() {
        return in.getShort();
    }

    boolean bool() {
        byte value = in.get();
        if ((value & ~1) != 0) {
            throw malformed("boolean is 0 or 1, found %d".formatted(value));
        }
        return value == 1;
    }

    <E extends Enum<E>> E constant(E[] constants) {
        int ordinal = in.get() & 0xff;
        if (ordinal >= constants.length) {
            throw malformed(
                    "unknown %s %d, known are 0 to %d"
                            .formatted(
                                    constants[0].getDeclaringClass().getSimpleName(),
                                    ordinal,
                                    constants.length - 1));
        }
        return constants[ordinal];
    }

    ErrorCode error() {
        return ErrorCode.ofId(in.getShort());
    }

    Address address() {
        return new Address(constant(ADDRESS_KINDS), string(), string());
    }

    String string() {
        int length = length();
        if (length == 0) {
            return "";
        }
        FrameLimits.checkString(length);
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformed("string of %d bytes is not UTF-8".formatted(length));
        }
    }

    /** A heap buffer of its own. */
    ByteBuffer bytes() {
        byte[] copy = new byte[length()];
        in.get(copy);
        return ByteBuffer.wrap(copy);
    }

    RecordBatch batch() {
        try {
            return RecordBatch.checked(bytes());
        } catch (CorruptRecordException corrupt) {
            throw new ProtocolException(ErrorCode.PROTOCOL, corrupt.getMessage(), corrupt);
        }
    }

    /**
     * {@code minItemBytes}: what an item takes at least, so that the count can be refused first.
     */
    <T> List<T> list(int minItemBytes, Function<FieldReader, T> item) {
        int count = in.getInt();
        if (count < 0 || (long) count * minItemBytes > in.remaining()) {
            throw malformed(
                    "list of %d items of at least %d bytes, %d bytes left"
                            .formatted(count, minItemBytes, in.remaining()));
        }
        FrameLimits.checkItems(count);
        if (count == 0) {
            return List.of();
        }
        if (count == 1) {
            return List.of(item.apply(this));
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.apply(this));
        }
        return items;
    }

    private int length() {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw malformed("length %d with %d bytes left".formatted(length, in.remaining()));
        }
        return length;
    }

    private ProtocolException malformed(String what) {
        return new ProtocolException(
                ErrorCode.PROTOCOL, "%s, at byte %d".formatted(what, in.position()));
    }
}
