package org.millrace.broker.destination;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * Copies of messages on their way into a dead-letter or expiry queue and back: key, body and
 * headers stay as they are; what happened is told by properties, which selectors can name. Pure.
 *
 * <p>There a message does not expire: when it would have is a property, too.
 */
final class Letters {
    /** Where it was: {@code queue:<name>} or {@code topic:<name>}. */
    static final String ORIGIN = "JMS_Millrace_Origin";

    /** Of a topic: the subscription that failed, for people. */
    static final String SUBSCRIPTION = "JMS_Millrace_Subscription";

    /** Of a topic: the id of the subscription; never used again for another. */
    static final String SUBSCRIPTION_ID = "JMS_Millrace_SubscriptionId";

    static final String PARTITION = "JMS_Millrace_Partition";
    static final String OFFSET = "JMS_Millrace_Offset";

    /** What its consumer failed on, as far as it is known; {@code expired}. */
    static final String CAUSE = "JMS_Millrace_Cause";

    static final String DELIVERY_COUNT = "JMS_Millrace_DeliveryCount";

    /** Milliseconds since 1970; absent when it was not delivered since the broker started. */
    static final String FIRST_DELIVERY = "JMS_Millrace_FirstDelivery";

    static final String LAST_DELIVERY = "JMS_Millrace_LastDelivery";

    /** Its {@code JMSExpiration}; absent when it had none. */
    static final String EXPIRATION = "JMS_Millrace_Expiration";

    /** How often it was sent back from such a queue; stays with it. */
    static final String REDRIVES = "JMS_Millrace_Redrives";

    /** What a message loses when it goes back. */
    private static final List<String> OF_LETTERS =
            List.of(
                    ORIGIN,
                    SUBSCRIPTION,
                    SUBSCRIPTION_ID,
                    PARTITION,
                    OFFSET,
                    CAUSE,
                    DELIVERY_COUNT,
                    FIRST_DELIVERY,
                    LAST_DELIVERY,
                    EXPIRATION);

    private Letters() {}

    /** Its properties; none when they cannot be read. */
    static Map<String, Object> propertiesOf(Record record) {
        try {
            return new MessageProperties().read(record).toMap();
        } catch (CorruptRecordException unreadable) {
            return Map.of();
        }
    }

    /** With these properties beside its own; without expiration. */
    static Arrival letter(Record record, Map<String, Object> told) {
        JmsHeader header = JmsHeader.of(record);
        RecordBatchBuilder batch = new RecordBatchBuilder(record.timestamp());
        try {
            Map<String, Object> properties = new MessageProperties().read(record).toMap();
            OF_LETTERS.forEach(properties::remove);
            properties.putAll(told);
            if (header.expiration() != 0) {
                properties.put(EXPIRATION, header.expiration());
            }
            add(batch, record, header.toBuilder().expiration(0), properties);
        } catch (CorruptRecordException unreadable) {
            // Properties that cannot be read are no reason to lose the message.
            batch.add(record);
        }
        return arrival(batch, header, 0);
    }

    /**
     * As it was before it became a letter. What has expired meanwhile, or because of that, does not
     * expire any more: somebody wants it.
     *
     * @param onlyFor the one subscription of the topic that gets it; empty for a queue
     * @throws CorruptRecordException when its properties cannot be read
     */
    static Arrival back(Record record, OptionalLong onlyFor, long nowMillis) {
        JmsHeader header = JmsHeader.of(record);
        Map<String, Object> properties = new MessageProperties().read(record).toMap();
        long expiration = properties.get(EXPIRATION) instanceof Long at && at > nowMillis ? at : 0;
        OF_LETTERS.forEach(properties::remove);
        int redrives = properties.get(REDRIVES) instanceof Integer count ? count : 0;
        properties.put(REDRIVES, redrives + 1);
        RecordBatchBuilder batch = new RecordBatchBuilder(record.timestamp());
        JmsHeaderBuilder again = header.toBuilder().expiration(expiration);
        if (onlyFor.isPresent()) {
            again.forOneSubscription();
        }
        add(batch, record, again, properties);
        Arrival back = arrival(batch, header, expiration);
        return onlyFor.isPresent()
                ? back.with(Audience.stamp(back.batch(), onlyFor.getAsLong()))
                : back;
    }

    private static void add(
            RecordBatchBuilder batch,
            Record record,
            JmsHeaderBuilder header,
            Map<String, Object> properties) {
        batch.addMessage(
                record.timestamp(),
                record.key().orElse(null),
                record.value().orElse(null),
                header,
                properties);
    }

    private static Arrival arrival(RecordBatchBuilder batch, JmsHeader header, long expiration) {
        return new Arrival(
                batch.build(),
                header.isPersistent(),
                header.priority(),
                0,
                expiration,
                header.messageId().map(MessageId::producerId).orElse(0L));
    }
}
