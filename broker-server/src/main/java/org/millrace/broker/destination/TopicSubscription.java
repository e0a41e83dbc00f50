package org.millrace.broker.destination;

import java.util.HashMap;
import java.util.Map;
import org.millrace.broker.dispatch.Filter;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * A subscription of a topic with what it was created with; another topic, selector or noLocal makes
 * another one (§8.3.3, §8.3.4). Immutable.
 */
record TopicSubscription(
        SubscriptionIdentity identity,
        SubscriptionKind kind,
        Destination topic,
        String selector,
        boolean noLocal,
        Filter filter,
        Subscription subscription) {
    private static final String KIND = "kind";
    private static final String SELECTOR = "selector";
    private static final String NO_LOCAL = "noLocal";

    boolean isSameAs(Destination otherTopic, String otherSelector, boolean otherNoLocal) {
        return topic.id() == otherTopic.id()
                && selector.equals(otherSelector)
                && noLocal == otherNoLocal;
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
        return new SubscriptionRow(subscription.id(), topic.id(), identity.encoded(), settings);
    }

    static SubscriptionKind kindOf(SubscriptionRow row) {
        return SubscriptionKind.valueOf(row.settings().get(KIND));
    }

    static String selectorOf(SubscriptionRow row) {
        return row.settings().getOrDefault(SELECTOR, "");
    }

    static boolean noLocalOf(SubscriptionRow row) {
        return Boolean.parseBoolean(row.settings().get(NO_LOCAL));
    }

    @Override
    public String toString() {
        return "subscription " + identity + " on " + topic;
    }
}
