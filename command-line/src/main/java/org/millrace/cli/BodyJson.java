package org.millrace.cli;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bodies of the six kinds of messages as JSON: fields {@code format}, {@code body} and, where JSON
 * is not enough, {@code bodyTypes}. Stateless.
 *
 * <table>
 *   <caption>Formats</caption>
 *   <tr><td>text</td><td>text, or null</td></tr>
 *   <tr><td>bytes</td><td>Base64</td></tr>
 *   <tr><td>map</td><td>an object of plain values</td></tr>
 *   <tr><td>stream</td><td>an array of plain values; their types by position, from 0</td></tr>
 *   <tr><td>object</td><td>null: a serialised object is not shown and cannot be sent</td></tr>
 *   <tr><td>none</td><td>null</td></tr>
 * </table>
 */
final class BodyJson {
    private BodyJson() {}

    static void write(Message message, Map<String, Object> json) throws JMSException {
        if (message instanceof TextMessage text) {
            put(json, "text", text.getText());
        } else if (message instanceof BytesMessage bytes) {
            put(json, "bytes", Base64.getEncoder().encodeToString(bytesOf(bytes)));
        } else if (message instanceof MapMessage map) {
            Map<String, Object> values = valuesOf(map);
            put(json, "map", MessageJson.plain(values));
            MessageJson.putUnlessEmpty(json, "bodyTypes", TypedValues.types(values));
        } else if (message instanceof StreamMessage stream) {
            Map<String, Object> values = valuesOf(stream);
            put(json, "stream", new ArrayList<>(MessageJson.plain(values).values()));
            MessageJson.putUnlessEmpty(json, "bodyTypes", TypedValues.types(values));
        } else {
            put(json, message instanceof ObjectMessage ? "object" : "none", null);
        }
    }

    private static void put(Map<String, Object> json, String format, Object body) {
        json.put("format", format);
        json.put("body", body);
    }

    static byte[] bytesOf(BytesMessage message) throws JMSException {
        byte[] bytes = message.getBody(byte[].class);
        return bytes == null ? new byte[0] : bytes;
    }

    private static Map<String, Object> valuesOf(MapMessage message) throws JMSException {
        Map<String, Object> values = new LinkedHashMap<>();
        Enumeration<?> names = message.getMapNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            values.put(name, message.getObject(name));
        }
        return values;
    }

    /** By position, as text. */
    private static Map<String, Object> valuesOf(StreamMessage message) throws JMSException {
        Map<String, Object> values = new LinkedHashMap<>();
        message.reset();
        while (true) {
            try {
                values.put(Integer.toString(values.size()), message.readObject());
            } catch (MessageEOFException end) {
                return values;
            }
        }
    }

    /**
     * A message with this body.
     *
     * @param format empty for the one that fits the body
     * @throws IllegalArgumentException when body and format do not go together
     */
    static Message read(Session session, String format, Object body, Map<String, Object> types)
            throws JMSException {
        String effective = format.isEmpty() ? fitting(body) : format;
        return switch (effective) {
            case "text" -> session.createTextMessage(as(String.class, body, effective));
            case "bytes" -> bytes(session, as(String.class, body, effective));
            case "map" -> map(session, as(Map.class, body, effective), types);
            case "stream" -> stream(session, as(List.class, body, effective), types);
            case "none" -> session.createMessage();
            default ->
                    throw new IllegalArgumentException(
                            "format is '%s', allowed are text, bytes, map, stream and none"
                                    .formatted(effective));
        };
    }

    private static String fitting(Object body) {
        if (body instanceof String) {
            return "text";
        }
        if (body instanceof Map) {
            return "map";
        }
        if (body instanceof List) {
            return "stream";
        }
        if (body == null) {
            return "none";
        }
        throw new IllegalArgumentException(
                "the body is %s: put it into quotes".formatted(Json.write(body)));
    }

    private static <T> T as(Class<T> wanted, Object body, String format) {
        if (body != null && !wanted.isInstance(body)) {
            throw new IllegalArgumentException(
                    "format is %s, but the body is %s".formatted(format, Json.write(body)));
        }
        return wanted.cast(body);
    }

    private static Message bytes(Session session, String base64) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        if (base64 != null) {
            message.writeBytes(Base64.getDecoder().decode(base64));
        }
        return message;
    }

    private static Message map(Session session, Map<?, ?> values, Map<String, Object> types)
            throws JMSException {
        MapMessage message = session.createMapMessage();
        for (Map.Entry<?, ?> entry : (values == null ? Map.of() : values).entrySet()) {
            String name = (String) entry.getKey();
            message.setObject(name, typed(entry.getValue(), types.get(name)));
        }
        return message;
    }

    private static Message stream(Session session, List<?> values, Map<String, Object> types)
            throws JMSException {
        StreamMessage message = session.createStreamMessage();
        int position = 0;
        for (Object value : values == null ? List.of() : values) {
            message.writeObject(typed(value, types.get(Integer.toString(position++))));
        }
        return message;
    }

    static Object typed(Object json, Object type) {
        return type == null
                ? TypedValues.fromJson(json)
                : TypedValues.of(json, String.valueOf(type));
    }
}
