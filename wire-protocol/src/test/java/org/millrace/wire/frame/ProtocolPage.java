package org.millrace.wire.frame;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.RecordBatch;

/**
 * Writes the tables of docs/protocol.md from the code: what stands between the page's markers. The
 * text around them is written by hand.
 */
final class ProtocolPage {
    private ProtocolPage() {}

    static String frames() {
        StringBuilder page = new StringBuilder("| code | frame | from | phase | fields |\n");
        page.append("|---:|---|---|---|---|\n");
        for (FrameType<?> type : FrameTypes.all()) {
            page.append(
                    "| %d | `%s` | %s | %s | %s |\n"
                            .formatted(
                                    type.code(),
                                    type.frame().getSimpleName(),
                                    type.sender()
                                            .map(
                                                    end ->
                                                            end.name()
                                                                    .toLowerCase(
                                                                            java.util.Locale.ROOT))
                                            .orElse("either"),
                                    phases(type),
                                    fields(type.frame())));
        }
        return page.toString();
    }

    private static String phases(FrameType<?> type) {
        String first = type.firstPhase().name().toLowerCase(java.util.Locale.ROOT);
        return type.firstPhase() == type.lastPhase()
                ? first
                : type.lastPhase() == LinkPhase.OPEN && type.firstPhase() == LinkPhase.GREETING
                        ? "any"
                        : "from " + first;
    }

    /** Records and enums that occur in frames. */
    static String types() {
        Set<Class<?>> found = new LinkedHashSet<>();
        FrameTypes.all().forEach(type -> collect(type.frame(), found));
        List<Class<?>> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(Class::getSimpleName));
        StringBuilder page = new StringBuilder("| type | encoding |\n|---|---|\n");
        for (Class<?> type : sorted) {
            String encoding =
                    type.isRecord()
                            ? fields(type)
                            : "u8: "
                                    + Arrays.stream(type.getEnumConstants())
                                            .map(
                                                    c ->
                                                            ((Enum<?>) c).ordinal()
                                                                    + " "
                                                                    + ((Enum<?>) c).name())
                                            .collect(Collectors.joining(", "));
            page.append("| `%s` | %s |\n".formatted(name(type), encoding));
        }
        return page.toString();
    }

    private static void collect(Class<?> record, Set<Class<?>> found) {
        for (RecordComponent component : record.getRecordComponents()) {
            Type type = component.getGenericType();
            Class<?> inner =
                    type instanceof ParameterizedType list
                            ? (Class<?>) list.getActualTypeArguments()[0]
                            : (Class<?>) type;
            if (inner == ErrorCode.class) {
                continue;
            }
            if (inner.isEnum() || inner.isRecord()) {
                found.add(inner);
            }
            if (inner.isRecord()) {
                collect(inner, found);
            }
        }
    }

    static String errors() {
        StringBuilder page = new StringBuilder("| id | code |\n|---:|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| %d | `%s` |\n".formatted(code.id(), code));
        }
        return page.toString();
    }

    static String limits() {
        return """
        | limit | bytes or items |
        |---|---:|
        | frame until the link is authenticated | %d |
        | frame of an open link, unless `Welcome` says otherwise | %d |
        | frame, the most that `Welcome` may say | %d |
        | string, in UTF-8 | %d |
        | list, items | %d |
        | text for people (messages, causes), characters; longer ones are cut by the sender | %d |
        """
                .formatted(
                        FrameLimits.HANDSHAKE_FRAME_BYTES,
                        FrameLimits.DEFAULT.maxFrameBytes(),
                        FrameLimits.LARGEST_FRAME_BYTES,
                        FrameLimits.STRING_BYTES,
                        FrameLimits.LIST_ITEMS,
                        Frame.TEXT_CHARS);
    }

    private static String fields(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(c -> c.getName() + " " + typeName(c.getGenericType()))
                .collect(Collectors.joining(", "));
    }

    private static String typeName(Type type) {
        if (type instanceof ParameterizedType list) {
            return "list of " + typeName(list.getActualTypeArguments()[0]);
        }
        Class<?> kind = (Class<?>) type;
        if (kind == long.class) {
            return "i64";
        } else if (kind == int.class) {
            return "i32";
        } else if (kind == short.class) {
            return "i16";
        } else if (kind == boolean.class) {
            return "bool";
        } else if (kind == String.class) {
            return "string";
        } else if (kind == ByteBuffer.class) {
            return "bytes";
        } else if (kind == RecordBatch.class) {
            return "batch";
        } else if (kind == ErrorCode.class) {
            return "error";
        }
        return name(kind);
    }

    private static String name(Class<?> type) {
        return type.getName().endsWith("Address$Kind") ? "DestinationKind" : type.getSimpleName();
    }
}
