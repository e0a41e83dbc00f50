package org.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.foundation.Check;
import org.millrace.wire.record.BodyCodec;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;

/**
 * Names and typed values (§3.11). Its own array values are never handed out, only copies. Confined
 * like its base.
 */
public final class JmsMapMessage extends JmsMessage implements MapMessage {
    private Map<String, Object> items = new LinkedHashMap<>();
    private ByteBuffer notDecoded;

    public JmsMapMessage(MessageOptions options) {
        super(options);
    }

    private Map<String, Object> items() {
        if (notDecoded != null) {
            items = BodyCodec.decodeMap(notDecoded);
            notDecoded = null;
        }
        return items;
    }

    @Override
    public Enumeration<String> getMapNames() {
        return Collections.enumeration(Collections.unmodifiableSet(items().keySet()));
    }

    @Override
    public boolean itemExists(String name) {
        return items().containsKey(name);
    }

    @Override
    public boolean getBoolean(String name) throws JMSException {
        return Conversion.toBoolean(items().get(name), title(name));
    }

    @Override
    public byte getByte(String name) throws JMSException {
        return Conversion.toByte(items().get(name), title(name));
    }

    @Override
    public short getShort(String name) throws JMSException {
        return Conversion.toShort(items().get(name), title(name));
    }

    @Override
    public char getChar(String name) throws JMSException {
        return Conversion.toChar(items().get(name), title(name));
    }

    @Override
    public int getInt(String name) throws JMSException {
        return Conversion.toInt(items().get(name), title(name));
    }

    @Override
    public long getLong(String name) throws JMSException {
        return Conversion.toLong(items().get(name), title(name));
    }

    @Override
    public float getFloat(String name) throws JMSException {
        return Conversion.toFloat(items().get(name), title(name));
    }

    @Override
    public double getDouble(String name) throws JMSException {
        return Conversion.toDouble(items().get(name), title(name));
    }

    @Override
    public String getString(String name) throws JMSException {
        return Conversion.toText(items().get(name), title(name));
    }

    @Override
    public byte[] getBytes(String name) throws JMSException {
        byte[] stored = Conversion.toBytes(items().get(name), title(name));
        return stored == null ? null : stored.clone();
    }

    @Override
    public Object getObject(String name) {
        return Conversion.copyOf(items().get(name));
    }

    @Override
    public void setBoolean(String name, boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(String name, byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(String name, short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(String name, char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(String name, int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(String name, long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(String name, float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(String name, double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(String name, String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(String name, byte[] value) throws JMSException {
        setObject(name, value);
    }

    @Override
    public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
        byte[] part = new byte[length];
        System.arraycopy(value, offset, part, 0, length);
        put(name, part);
    }

    @Override
    public void setObject(String name, Object value) throws JMSException {
        checkName(name);
        put(name, Conversion.bodyValue(value, title(name)));
    }

    private void put(String name, Object value) throws JMSException {
        checkName(name);
        checkBodyWritable();
        items().put(name, value);
    }

    private static void checkName(String name) {
        Check.argument(
                name != null && !name.isEmpty(), "name of a MapMessage item is null or empty");
    }

    private static String title(String name) {
        return "item " + name;
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        items = new LinkedHashMap<>();
        notDecoded = null;
    }

    @Override
    MessageKind kind() {
        return MessageKind.MAP;
    }

    @Override
    ByteBuffer encodedBody() {
        return notDecoded == null ? BodyCodec.encodeMap(items) : notDecoded;
    }

    @Override
    void receiveBody(Record received) {
        notDecoded = received.value().orElse(null);
    }

    /** An empty map counts as no body. */
    @Override
    boolean hasBody() {
        return !items().isEmpty();
    }

    @Override
    boolean bodyFits(Class<?> wanted) {
        return wanted == Map.class || wanted == Object.class;
    }

    @Override
    Object copyOfBody() {
        Map<String, Object> copy = new LinkedHashMap<>(items());
        copy.replaceAll((name, value) -> Conversion.copyOf(value));
        return copy;
    }
}
