package org.millrace.jms.client;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.EnumSet;
import java.util.Set;
import org.millrace.jms.link.Failures;
import org.millrace.jms.message.SendHint;
import org.millrace.wire.ErrorCode;

/**
 * How a message is to be sent: the defaults of a producer, or what one call makes of them (§7.4).
 * Immutable.
 *
 * @param timeToLiveMillis 0 for unlimited
 */
record SendPlan(
        int deliveryMode,
        int priority,
        long timeToLiveMillis,
        long deliveryDelayMillis,
        Set<SendHint> hints) {
    static final SendPlan DEFAULT =
            new SendPlan(
                    Message.DEFAULT_DELIVERY_MODE,
                    Message.DEFAULT_PRIORITY,
                    Message.DEFAULT_TIME_TO_LIVE,
                    Message.DEFAULT_DELIVERY_DELAY,
                    Set.of());

    private static final int MAX_PRIORITY = 9;

    boolean isPersistent() {
        return deliveryMode == DeliveryMode.PERSISTENT;
    }

    boolean has(SendHint hint) {
        return hints.contains(hint);
    }

    SendPlan withDeliveryMode(int mode) throws JMSException {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw outside("delivery mode", mode, "1 (non-persistent) and 2 (persistent)");
        }
        return new SendPlan(mode, priority, timeToLiveMillis, deliveryDelayMillis, hints);
    }

    SendPlan withPriority(int level) throws JMSException {
        if (level < 0 || level > MAX_PRIORITY) {
            throw outside("priority", level, "0 to 9");
        }
        return new SendPlan(deliveryMode, level, timeToLiveMillis, deliveryDelayMillis, hints);
    }

    SendPlan withTimeToLive(long millis) throws JMSException {
        if (millis < 0) {
            throw outside("time to live in milliseconds", millis, "0 (unlimited) and more");
        }
        return new SendPlan(deliveryMode, priority, millis, deliveryDelayMillis, hints);
    }

    SendPlan withDeliveryDelay(long millis) throws JMSException {
        if (millis < 0) {
            throw outside("delivery delay in milliseconds", millis, "0 and more");
        }
        return new SendPlan(deliveryMode, priority, timeToLiveMillis, millis, hints);
    }

    SendPlan with(SendHint hint) {
        Set<SendHint> more = EnumSet.of(hint);
        more.addAll(hints);
        return withHints(more);
    }

    SendPlan without(SendHint hint) {
        EnumSet<SendHint> fewer = EnumSet.noneOf(SendHint.class);
        fewer.addAll(hints);
        fewer.remove(hint);
        return withHints(fewer);
    }

    private SendPlan withHints(Set<SendHint> changed) {
        return new SendPlan(
                deliveryMode, priority, timeToLiveMillis, deliveryDelayMillis, Set.copyOf(changed));
    }

    private static JMSException outside(String what, long found, String allowed) {
        return Failures.of(
                ErrorCode.INVALID_ARGUMENT,
                what + " is " + found + ", allowed are " + allowed + "; nothing was sent");
    }
}
