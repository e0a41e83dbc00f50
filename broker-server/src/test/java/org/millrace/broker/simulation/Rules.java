package org.millrace.broker.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.wire.Address;

/**
 * What the settings of all destinations are in a run, and what messages have: by chance.
 *
 * @param maxDeliveries of queues; of topics it is {@value #DEFAULT_MAX_DELIVERIES}
 * @param rests what came back rests, so that others pass
 * @param letters queues have one dead-letter and expiry queue, which somebody reads
 * @param timed some messages expire, some are delayed
 * @param selective some consumers have selectors
 * @param assigned some subscriptions have one consumer for each partition
 * @param compacted topics keep the newest message of each key, and take none without
 * @param retention of all destinations; {@link Duration#ZERO} for none
 */
record Rules(
        int maxDeliveries,
        boolean rests,
        boolean letters,
        boolean timed,
        boolean selective,
        boolean assigned,
        boolean compacted,
        Duration retention) {
    /** The name of the queue of letters. */
    static final String LETTERS = "letters";

    private static final int DEFAULT_MAX_DELIVERIES = 10;

    static Rules draw(RandomGenerator chance) {
        boolean letters = chance.nextInt(3) == 0;
        boolean compacted = chance.nextInt(6) == 0;
        int history = chance.nextInt(6);
        return new Rules(
                letters ? 2 + chance.nextInt(3) : DEFAULT_MAX_DELIVERIES,
                chance.nextInt(3) == 0,
                letters,
                !compacted && chance.nextInt(3) == 0,
                chance.nextInt(3) == 0,
                chance.nextInt(3) == 0,
                compacted,
                history < 2
                        ? Duration.ofDays(1)
                        : history == 2 ? Duration.ofSeconds(1 + chance.nextInt(3)) : Duration.ZERO);
    }

    DestinationDefaults defaults(RandomGenerator chance) {
        List<DestinationDefaults.Rule> rules = new ArrayList<>();
        rules.add(rule("*", "partitions", 1 + chance.nextInt(4)));
        if (rests) {
            rules.add(rule("*", "redeliveryDelayMillis", 1 + chance.nextInt(100)));
            rules.add(rule("*", "redeliveryMultiplier", 1 + chance.nextInt(3)));
            rules.add(rule("*", "maxRedeliveryDelayMillis", 100 + chance.nextInt(300)));
            rules.add(rule("*", "redeliveryJitter", 0.25 * chance.nextInt(4)));
        }
        if (!retention.isZero()) {
            rules.add(rule("*", "retention", retention));
        }
        if (compacted) {
            rules.add(rule("t*", "compaction", true));
        }
        if (letters) {
            rules.add(rule("q*", "maxDeliveries", maxDeliveries));
            rules.add(rule("q*", "deadLetterQueue", LETTERS));
            rules.add(rule("q*", "expiryQueue", LETTERS));
        }
        return new DestinationDefaults(rules);
    }

    private static DestinationDefaults.Rule rule(String pattern, String key, Object value) {
        return new DestinationDefaults.Rule(pattern, key, value.toString());
    }

    /** Whether it keeps the newest message of each key, and takes none without. */
    boolean isCompacted(Address destination) {
        return compacted && destination.kind().isTopic();
    }

    int maxDeliveriesOf(Address destination) {
        return destination.name().startsWith("q") ? maxDeliveries : DEFAULT_MAX_DELIVERIES;
    }

    /** Whether what it loses can be found among the letters. */
    boolean hasLettersOf(Address destination) {
        return letters && destination.name().startsWith("q");
    }

    /**
     * Whether others may come before this one, which is free: it rests, expires, or is a letter.
     * One with a key rests in front of all of its key.
     */
    boolean mayBePassed(Message message, ModelSubscription subscription, boolean disturbed) {
        boolean mayRest = !message.stream.hasKey() && mayRest(message, subscription, disturbed);
        return mayRest || mayBeGone(message, subscription, disturbed);
    }

    /** Whether nobody may get it now although it is free. */
    boolean mayBeAway(Message message, ModelSubscription subscription, boolean disturbed) {
        return mayRest(message, subscription, disturbed)
                || mayBeGone(message, subscription, disturbed);
    }

    private boolean mayRest(Message message, ModelSubscription subscription, boolean disturbed) {
        Receipt receipt = message.receipts.get(subscription);
        return rests && isFree(receipt) && (disturbed || receipt != null && receipt.lastCount > 0);
    }

    private boolean mayBeGone(Message message, ModelSubscription subscription, boolean disturbed) {
        Receipt receipt = message.receipts.get(subscription);
        int count = receipt == null ? 0 : receipt.lastCount;
        // What a session had not seen when it was closed counts as an attempt all the same.
        boolean isLetter =
                count >= maxDeliveriesOf(subscription.destination) || letters && disturbed;
        return message.expiresAtMillis != 0
                || message.deliverAtMillis != 0
                || isFree(receipt) && isLetter;
    }

    private static boolean isFree(Receipt receipt) {
        return receipt == null || receipt.state == Receipt.State.FREE;
    }
}
