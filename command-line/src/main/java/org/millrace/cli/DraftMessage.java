package org.millrace.cli;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.jms.MillraceDestination;

/**
 * A message to be sent, with what it says itself about how.
 *
 * @param priority empty when it does not say
 * @param deliveryMode empty when it does not say
 */
record DraftMessage(Message message, OptionalInt priority, OptionalInt deliveryMode) {
    /** Fields that are of one message and cannot be those of another. */
    private static final Set<String> IGNORED =
            Set.of(
                    "destination",
                    "id",
                    "timestamp",
                    "expiration",
                    "user",
                    "deliveryCount",
                    "partition",
                    "offset");

    private static final Set<String> KNOWN =
            Set.of(
                    "body",
                    "bodyTypes",
                    "correlationId",
                    "format",
                    "key",
                    "persistent",
                    "priority",
                    "properties",
                    "propertyTypes",
                    "replyTo",
                    "type");

    private static final int HIGHEST_PRIORITY = 9;

    static DraftMessage of(Message message) {
        return new DraftMessage(message, OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * The message that {@link MessageJson#write} would write so.
     *
     * @throws IllegalArgumentException saying which field is wrong
     */
    static DraftMessage of(Session session, Map<String, Object> json) throws JMSException {
        checkNames(json);
        String format = text(json, "format");
        Message message =
                BodyJson.read(
                        session,
                        format == null ? "" : format,
                        json.get("body"),
                        object(json, "bodyTypes"));
        Map<String, Object> types = object(json, "propertyTypes");
        for (Map.Entry<String, Object> property : object(json, "properties").entrySet()) {
            String name = property.getKey();
            message.setObjectProperty(name, BodyJson.typed(property.getValue(), types.get(name)));
        }
        if (text(json, "key") != null) {
            message.setStringProperty(MessageJson.KEY_PROPERTY, text(json, "key"));
        }
        message.setJMSType(text(json, "type"));
        message.setJMSCorrelationID(text(json, "correlationId"));
        if (text(json, "replyTo") != null) {
            message.setJMSReplyTo(replyTo(text(json, "replyTo")));
        }
        return new DraftMessage(message, priority(json), deliveryMode(json));
    }

    private static void checkNames(Map<String, Object> json) {
        TreeSet<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(KNOWN);
        unknown.removeAll(IGNORED);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no field %s, there are %s"
                            .formatted(String.join(", ", unknown), new TreeSet<>(KNOWN)));
        }
    }

    private static MillraceDestination replyTo(String text) {
        return DestinationArgument.parse(text);
    }

    private static String text(Map<String, Object> json, String field) {
        return field(json, field, String.class, "text");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<String, Object> json, String field) {
        Map<String, Object> value = field(json, field, Map.class, "an object");
        return value == null ? Map.of() : value;
    }

    private static OptionalInt priority(Map<String, Object> json) {
        Integer value = field(json, "priority", Integer.class, "a number from 0 to 9");
        if (value != null && (value < 0 || value > HIGHEST_PRIORITY)) {
            throw wrong("priority", value, "a number from 0 to 9");
        }
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static OptionalInt deliveryMode(Map<String, Object> json) {
        Boolean persistent = field(json, "persistent", Boolean.class, "true or false");
        return persistent == null
                ? OptionalInt.empty()
                : OptionalInt.of(
                        persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
    }

    private static <T> T field(
            Map<String, Object> json, String field, Class<T> wanted, String expected) {
        Object value = json.get(field);
        if (value != null && !wanted.isInstance(value)) {
            throw wrong(field, value, expected);
        }
        return wanted.cast(value);
    }

    private static IllegalArgumentException wrong(String field, Object value, String expected) {
        return new IllegalArgumentException(
                "%s is %s, not %s".formatted(field, Json.write(value), expected));
    }
}
