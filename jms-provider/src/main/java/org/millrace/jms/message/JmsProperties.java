package org.millrace.jms.message;

import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Properties of a message or of a producer (§3.5), by name. Confined to the owner of the message.
 *
 * <p>Those of a received message are decoded when the first one is asked for. Null is a value: a
 * property that is null is listed, and reads like one that is absent.
 */
public final class JmsProperties {
    static final String GROUP_ID = "JMSXGroupID";
    static final String GROUP_SEQUENCE = "JMSXGroupSeq";
    static final String USER_ID = "JMSXUserID";
    static final String DELIVERY_COUNT = "JMSXDeliveryCount";

    private final PropertyNaming naming;
    private Supplier<Map<String, Object>> notDecoded;
    private Map<String, Object> values;
    private boolean readOnly;

    /** None yet, writable. */
    public JmsProperties(PropertyNaming naming) {
        this.naming = naming;
        this.values = Map.of();
    }

    /** Those of a received message: read-only, decoded when needed. */
    JmsProperties(PropertyNaming naming, Supplier<Map<String, Object>> received) {
        this.naming = naming;
        this.notDecoded = received;
        this.readOnly = true;
    }

    /** The values by name in the order they were set; unmodifiable. */
    public Map<String, Object> asMap() {
        return Collections.unmodifiableMap(values());
    }

    private Map<String, Object> values() {
        if (notDecoded != null) {
            values = notDecoded.get();
            notDecoded = null;
        }
        return values;
    }

    public Set<String> names() {
        return asMap().keySet();
    }

    public boolean exists(String name) {
        return values().containsKey(name);
    }

    /** Removes all and makes writable (§3.5.7). */
    public void clear() {
        notDecoded = null;
        values = Map.of();
        readOnly = false;
    }

    /**
     * Sets a value of one of the types of properties.
     *
     * @throws IllegalArgumentException when the name is not allowed
     * @throws MessageNotWriteableException when the properties were received
     * @throws MessageFormatException when no property, or not this one, can have such a value
     */
    public void set(String name, Object value)
            throws MessageNotWriteableException, MessageFormatException {
        naming.check(name);
        checkWritable();
        checkValue(name, value);
        put(name, value);
    }

    /**
     * Sets a property as another provider had it: its name is not checked.
     *
     * @throws MessageFormatException when no property, or not this one, can have such a value
     */
    void setForeign(String name, Object value) throws MessageFormatException {
        checkValue(name, value);
        put(name, value);
    }

    private void checkWritable() throws MessageNotWriteableException {
        if (readOnly) {
            throw Failures.readOnly("property section", "clearProperties()");
        }
    }

    private static void checkValue(String name, Object value) throws MessageFormatException {
        Conversion.checkProperty(value, title(name));
        boolean wrongGroup =
                name.equals(GROUP_ID) && !(value == null || value instanceof String)
                        || name.equals(GROUP_SEQUENCE)
                                && !(value == null || value instanceof Integer);
        if (wrongGroup) {
            throw Failures.format(
                    "property %s cannot be of type %s; JMSXGroupID is a String, JMSXGroupSeq an int"
                            .formatted(name, value.getClass().getSimpleName()));
        }
    }

    /** Sets without checks: what the provider sets, and what another provider accepted. */
    void put(String name, Object value) {
        Map<String, Object> current = values();
        if (!(current instanceof LinkedHashMap)) {
            current = new LinkedHashMap<>(current);
            values = current;
        }
        current.put(name, value);
    }

    public boolean getBoolean(String name) throws MessageFormatException {
        return Conversion.toBoolean(get(name), title(name));
    }

    public byte getByte(String name) throws MessageFormatException {
        return Conversion.toByte(get(name), title(name));
    }

    public short getShort(String name) throws MessageFormatException {
        return Conversion.toShort(get(name), title(name));
    }

    public int getInt(String name) throws MessageFormatException {
        return Conversion.toInt(get(name), title(name));
    }

    public long getLong(String name) throws MessageFormatException {
        return Conversion.toLong(get(name), title(name));
    }

    public float getFloat(String name) throws MessageFormatException {
        return Conversion.toFloat(get(name), title(name));
    }

    public double getDouble(String name) throws MessageFormatException {
        return Conversion.toDouble(get(name), title(name));
    }

    public String getString(String name) throws MessageFormatException {
        return Conversion.toText(get(name), title(name));
    }

    /** The value as it was set; null when absent. */
    public Object get(String name) {
        return values().get(name);
    }

    private static String title(String name) {
        return "property " + name;
    }
}
