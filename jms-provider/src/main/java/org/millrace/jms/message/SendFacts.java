package org.millrace.jms.message;

import java.util.Set;
import org.millrace.jms.MillraceDestination;
import org.millrace.wire.record.MessageId;

/**
 * What one send call decides about its message (§3.4.11). Times are in milliseconds since 1970.
 *
 * @param deliveryMode {@code DeliveryMode.PERSISTENT} or {@code NON_PERSISTENT}
 * @param priority 0 to 9
 * @param timestamp when the send was called, by the client's clock; also with {@link
 *     SendHint#DISABLE_TIMESTAMP}
 * @param expiration 0 for never
 * @param deliveryTime {@code timestamp} when there is no delay
 * @param messageId of the session's producer; also with {@link SendHint#DISABLE_MESSAGE_ID}
 */
public record SendFacts(
        MillraceDestination destination,
        int deliveryMode,
        int priority,
        long timestamp,
        long expiration,
        long deliveryTime,
        MessageId messageId,
        Set<SendHint> hints) {

    /** A time plus a time to live or delay; {@code Long.MAX_VALUE} where that overflows. */
    public static long after(long timestamp, long durationMillis) {
        long sum = timestamp + durationMillis;
        return sum < timestamp ? Long.MAX_VALUE : sum;
    }
}
