package org.millrace.broker.destination;

import java.util.HashMap;
import java.util.Map;
import org.millrace.broker.dispatch.Filter;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * A subscription of a topic with what it was created with; another topic, selector or noLocal makes
 * another one (§8.3.3, §8.3.4). Immutable.
 *
 * @param content what of a message decides
 * @param audience for whom a delayed message has to be
 */
record TopicSubscription(
        SubscriptionIdentity identity,
        SubscriptionKind kind,
        Destination topic,
        String selector,
        boolean noLocal,
        Filter content,
        Audience audience,
        Subscription subscription) {
    private static final String KIND = "kind";
    private static final String SELECTOR = "selector";
    private static final String NO_LOCAL = "noLocal";
    private static final String REACHES_BACK = "reachesBack";

    boolean isSameAs(Destination otherTopic, String otherSelector, boolean otherNoLocal) {
        return topic.id() == otherTopic.id()
                && selector.equals(otherSelector)
                && noLocal == otherNoLocal;
    }

    Filter filter() {
        return audience.and(content);
    }

    /** What it becomes when it is moved; without cursors and consumers so far. */
    TopicSubscription movedTo(StartPoint start) {
        TopicSubscription moved = with(audience, subscription.successor());
        return start.reachesBack() ? moved.reachingBack() : moved;
    }

    /** It gets delayed messages that were sent before it existed, too. */
    TopicSubscription reachingBack() {
        return with(audience.reachingBack(), subscription);
    }

    private TopicSubscription with(Audience otherAudience, Subscription other) {
        other.reads(otherAudience.and(content));
        return new TopicSubscription(
                identity, kind, topic, selector, noLocal, content, otherAudience, other);
    }

    /** Gives a consumer its place. */
    Membership seat(Receiver receiver) {
        return new Membership(topic, subscription, subscription.join(receiver, "", filter()));
    }

    SubscriptionRow row() {
        Map<String, String> settings = new HashMap<>();
        settings.put(KIND, kind.name());
        if (!selector.isEmpty()) {
            settings.put(SELECTOR, selector);
        }
        if (noLocal) {
            settings.put(NO_LOCAL, "true");
        }
        if (audience.reachesBack()) {
            settings.put(REACHES_BACK, "true");
        }
        return new SubscriptionRow(subscription.id(), topic.id(), identity.encoded(), settings);
    }

    static SubscriptionKind kindOf(SubscriptionRow row) {
        return SubscriptionKind.valueOf(row.settings().get(KIND));
    }

    static String selectorOf(SubscriptionRow row) {
        return row.settings().getOrDefault(SELECTOR, "");
    }

    static boolean reachesBack(SubscriptionRow row) {
        return Boolean.parseBoolean(row.settings().get(REACHES_BACK));
    }

    static boolean noLocalOf(SubscriptionRow row) {
        return Boolean.parseBoolean(row.settings().get(NO_LOCAL));
    }

    @Override
    public String toString() {
        return "subscription " + identity + " on " + topic;
    }
}
