package org.millrace.cli;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Instant;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.jms.LogPosition;

/**
 * A message as a JSON object. What {@link #write} makes of a message, {@link DraftMessage} sends
 * again with the same body, key, properties, type, correlation id, reply-to, priority and delivery
 * mode. Stateless.
 *
 * <pre>
 *   {"destination":"queue://orders","id":"ID:…","timestamp":"2026-08-01T12:00:00Z","partition":0,"offset":17,
 *    "key":"customer-7","type":"order","priority":4,"persistent":true,"deliveryCount":1,"properties":{"amount":5},
 *    "propertyTypes":{"amount":"long"},"format":"text","body":"…"}
 * </pre>
 *
 * Fields without a value are left out.
 */
final class MessageJson {
    static final String KEY_PROPERTY = "JMSXGroupID";
    static final String COUNT_PROPERTY = "JMSXDeliveryCount";
    static final String USER_PROPERTY = "JMSXUserID";

    private MessageJson() {}

    static Map<String, Object> write(Message message) throws JMSException {
        Map<String, Object> json = headers(message);
        Map<String, Object> properties = properties(message);
        putUnlessEmpty(json, "properties", plain(properties));
        putUnlessEmpty(json, "propertyTypes", TypedValues.types(properties));
        BodyJson.write(message, json);
        return json;
    }

    /** All but properties and body, in the order to be shown. */
    static Map<String, Object> headers(Message message) throws JMSException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("destination", String.valueOf(message.getJMSDestination()));
        putIfThere(json, "id", message.getJMSMessageID());
        putIfThere(json, "timestamp", time(message.getJMSTimestamp()));
        LogPosition.of(message)
                .ifPresent(
                        position -> {
                            json.put("partition", position.partition());
                            json.put("offset", position.offset());
                        });
        putIfThere(json, "key", message.getStringProperty(KEY_PROPERTY));
        putIfThere(json, "type", message.getJMSType());
        putIfThere(json, "correlationId", message.getJMSCorrelationID());
        putIfThere(json, "replyTo", text(message.getJMSReplyTo()));
        json.put("priority", message.getJMSPriority());
        json.put("persistent", message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT);
        putIfThere(json, "expiration", time(message.getJMSExpiration()));
        putIfThere(json, "user", message.getStringProperty(USER_PROPERTY));
        putIfThere(json, "deliveryCount", message.getObjectProperty(COUNT_PROPERTY));
        return json;
    }

    private static Instant time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static String text(Destination destination) {
        return destination == null ? null : destination.toString();
    }

    /** What the application has set: not what is shown as a header. */
    static Map<String, Object> properties(Message message) throws JMSException {
        Map<String, Object> properties = new LinkedHashMap<>();
        Enumeration<?> names = message.getPropertyNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            properties.put(name, message.getObjectProperty(name));
        }
        properties.remove(KEY_PROPERTY);
        properties.remove(COUNT_PROPERTY);
        properties.remove(USER_PROPERTY);
        return properties;
    }

    static Map<String, Object> plain(Map<String, Object> values) {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((name, value) -> plain.put(name, TypedValues.toJson(value)));
        return plain;
    }

    static void putUnlessEmpty(Map<String, Object> json, String name, Map<String, ?> values) {
        if (!values.isEmpty()) {
            json.put(name, values);
        }
    }

    private static void putIfThere(Map<String, Object> json, String name, Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
