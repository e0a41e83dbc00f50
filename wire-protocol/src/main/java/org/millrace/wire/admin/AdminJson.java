package org.millrace.wire.admin;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

/**
 * Records of this package as JSON and back. Any thread. The first use loads the JSON library and
 * takes long: not for a loop, see {@link #load}.
 */
public final class AdminJson {
    private static final JsonMapper STRICT =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** A newer broker may say more than we know. */
    private static final JsonMapper LENIENT =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private AdminJson() {}

    /** Loads what the first use would. */
    public static void load() {
        String json = write(new Page<>(List.of(new AdminArguments.Listing("", "")), ""));
        result(AdminOperation.paged("load", Object.class, AdminArguments.Listing.class), json);
    }

    public static String write(Object value) {
        return STRICT.writeValueAsString(value);
    }

    /**
     * The arguments of the operation, as its request has them.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static <A> A arguments(AdminOperation<A, ?> operation, String json) {
        try {
            A read = STRICT.readValue(json.isEmpty() ? "{}" : json, operation.arguments());
            if (read != null) {
                return read;
            }
        } catch (JacksonException wrong) {
            throw new IllegalArgumentException(refused(operation, reason(wrong)), wrong);
        }
        throw new IllegalArgumentException(refused(operation, "there are none"));
    }

    private static String refused(AdminOperation<?, ?> operation, String why) {
        return "arguments of %s: %s; nothing was done".formatted(operation.name(), why);
    }

    /** Without the place in the source, which shows the text again. */
    private static String reason(JacksonException wrong) {
        return wrong.getCause() instanceof IllegalArgumentException cause
                ? cause.getMessage()
                : wrong.getOriginalMessage();
    }

    /**
     * The one result of an operation.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static <R> R single(AdminOperation<?, R> operation, String json) {
        return operation.result().cast(result(operation, json));
    }

    /**
     * One page of the results of an operation.
     *
     * @throws IllegalArgumentException when it is none
     */
    @SuppressWarnings("unchecked")
    public static <R> Page<R> page(AdminOperation<?, R> operation, String json) {
        return (Page<R>) result(operation, json);
    }

    private static Object result(AdminOperation<?, ?> operation, String json) {
        TypeFactory types = LENIENT.getTypeFactory();
        JavaType type =
                operation.shape() == AdminOperation.Shape.PAGED
                        ? types.constructParametricType(Page.class, operation.result())
                        : types.constructType(operation.result());
        try {
            return LENIENT.readValue(json, type);
        } catch (JacksonException wrong) {
            throw new IllegalArgumentException(
                    "the broker's answer to %s is not understood: %s"
                            .formatted(operation.name(), reason(wrong)),
                    wrong);
        }
    }
}
