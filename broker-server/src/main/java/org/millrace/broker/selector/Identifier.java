package org.millrace.broker.selector;

import java.util.Map;
import java.util.Set;
import org.millrace.wire.record.PropertyName;

/**
 * A name in a selector, resolved when the selector is parsed: one instance per distinct name and
 * selector. Immutable.
 */
public final class Identifier {
    /** Where the value of an identifier is found. */
    public enum Source {
        DELIVERY_MODE,
        PRIORITY,
        MESSAGE_ID,
        TIMESTAMP,
        CORRELATION_ID,
        TYPE,
        GROUP_ID,
        GROUP_SEQUENCE,
        USER_ID,
        /** A property that exists only once the message is received; always NULL here (SEL-14). */
        SET_ON_RECEIPT,
        PROPERTY
    }

    private static final Map<String, Source> HEADER_FIELDS =
            Map.of(
                    "JMSDeliveryMode", Source.DELIVERY_MODE,
                    "JMSPriority", Source.PRIORITY,
                    "JMSMessageID", Source.MESSAGE_ID,
                    "JMSTimestamp", Source.TIMESTAMP,
                    "JMSCorrelationID", Source.CORRELATION_ID,
                    "JMSType", Source.TYPE);
    private static final Map<String, Source> DEFINED_PROPERTIES =
            Map.of(
                    "JMSXGroupID", Source.GROUP_ID,
                    "JMSXGroupSeq", Source.GROUP_SEQUENCE,
                    "JMSXUserID", Source.USER_ID);
    private static final Set<String> SET_ON_RECEIPT =
            Set.of("JMSXDeliveryCount", "JMSXRcvTimestamp", "JMSXConsumerTXID", "JMSXState");

    private final String name;
    private final Source source;
    private final PropertyName propertyName;

    private Identifier(String name, Source source) {
        this.name = name;
        this.source = source;
        this.propertyName = new PropertyName(name);
    }

    /** Resolves a name for which {@link #isAllowed} holds. */
    static Identifier of(String name) {
        Source source = HEADER_FIELDS.get(name);
        if (source == null) {
            source = DEFINED_PROPERTIES.get(name);
        }
        if (source == null) {
            source = SET_ON_RECEIPT.contains(name) ? Source.SET_ON_RECEIPT : Source.PROPERTY;
        }
        return new Identifier(name, source);
    }

    /**
     * Whether a selector may mention the name: of the names beginning with JMS only six header
     * fields, JMSX… and JMS_… (SEL-12, SEL-13).
     */
    static boolean isAllowed(String name) {
        return !name.startsWith("JMS")
                || name.startsWith("JMSX")
                || name.startsWith("JMS_")
                || HEADER_FIELDS.containsKey(name);
    }

    public String name() {
        return name;
    }

    public Source source() {
        return source;
    }

    /** The name made ready for looking it up in records. */
    public PropertyName propertyName() {
        return propertyName;
    }

    @Override
    public String toString() {
        return name;
    }
}
