package org.millrace.broker.destination;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * The subscriptions of topics that end with their last consumer (§8.3.1, §8.3.2), and how consumers
 * of any kind leave. Confined to the broker loop.
 *
 * <p>A consumer whose link was lost is <em>awaited</em> under its resume token: until it rejoins or
 * is abandoned its subscription goes on without it.
 */
public final class EphemeralSubscriptions {
    /** A subscription that ends when it has no consumers and none that is awaited. */
    private static final class Living {
        final TopicSubscription subscription;
        int awaited;

        Living(TopicSubscription subscription) {
            this.subscription = subscription;
        }

        boolean isUnused() {
            return awaited == 0 && subscription.subscription().consumerCount() == 0;
        }
    }

    private final Map<Long, Living> byId = new LinkedHashMap<>();
    private final Map<SubscriptionIdentity, TopicSubscription> shared = new LinkedHashMap<>();

    /** The shared one of this identity; null when there is none. */
    TopicSubscription shared(SubscriptionIdentity identity) {
        return shared.get(identity);
    }

    void add(TopicSubscription created) {
        byId.put(created.subscription().id(), new Living(created));
        if (created.kind() == SubscriptionKind.SHARED) {
            shared.put(created.identity(), created);
        }
    }

    /** Ends a consumer's membership; a subscription that only lived for it goes, too. */
    public void leave(Membership membership) {
        membership.seat().leave();
        endIfUnused(membership.subscription().id());
    }

    private void endIfUnused(long id) {
        Living found = byId.get(id);
        if (found != null && found.isUnused()) {
            TopicSubscription unused = found.subscription;
            byId.remove(id);
            shared.remove(unused.identity(), unused);
            unused.topic().remove(unused.subscription(), "its last consumer was closed");
        }
    }

    /** Names the membership of a consumer that may come back; 0 when that needs no name. */
    public static long resumeToken(Membership membership) {
        return isResumable(membership) ? membership.subscription().id() : 0;
    }

    /** Whether the subscription would end with its consumer. */
    public static boolean isResumable(Membership membership) {
        return membership.destination().isTopic() && !membership.subscription().isDurable();
    }

    /** As {@link #leave}, but the subscription stays until {@link #rejoin} or {@link #abandon}. */
    public void suspend(Membership membership) {
        Living found = byId.get(membership.subscription().id());
        if (found != null) {
            found.awaited++;
        }
        membership.seat().leave();
    }

    /** The consumer is back; empty when its subscription has ended, with its topic. */
    public Optional<Membership> rejoin(long resumeToken, Receiver receiver) {
        Living found = byId.get(resumeToken);
        if (found == null) {
            return Optional.empty();
        }
        Membership back = found.subscription.seat(receiver);
        found.awaited--;
        return Optional.of(back);
    }

    /** The consumer will not come back. */
    public void abandon(long resumeToken) {
        Living found = byId.get(resumeToken);
        if (found != null) {
            found.awaited--;
            endIfUnused(resumeToken);
        }
    }

    /** The topic was deleted, and with it its subscriptions. */
    public void forgetTopic(Destination topic) {
        byId.values().removeIf(each -> each.subscription.topic() == topic);
        shared.values().removeIf(each -> each.topic() == topic);
    }
}
