package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.LinkEvents;
import org.millrace.wire.frame.Frame;

/**
 * The producers and consumers of one connection by their ids: finds whom a frame of the broker is
 * for. Changed by application threads, read by the client event loop.
 */
final class Endpoints implements LinkEvents {
    /** Where the deliveries of a consumer go. */
    private record Route(Inbox inbox, ConsumerInbox consumer) {}

    /** What concerns the connection as a whole. */
    interface Owner {
        /** A consumer with a listener was ended: nobody else can tell the application. */
        void onConsumerEnded(JMSException why);

        /** What no call waits for: a message that is sent at most once. */
        void onRefused(JMSException why);

        void onLost(JMSException why);

        void onOpened(int lineNumber);

        void onEnded(JMSException why);
    }

    private final Owner owner;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Route> consumers = new ConcurrentHashMap<>();
    private final Map<Integer, ProducerHandle> producers = new ConcurrentHashMap<>();

    Endpoints(Owner owner) {
        this.owner = owner;
    }

    /** For sessions, producers, consumers and browsers alike. */
    int nextId() {
        return lastId.incrementAndGet();
    }

    void add(Inbox inbox, ConsumerInbox consumer) {
        consumers.put(consumer.consumerId, new Route(inbox, consumer));
    }

    void remove(ConsumerInbox consumer) {
        consumers.remove(consumer.consumerId);
    }

    void add(ProducerHandle producer) {
        producers.put(producer.producerId, producer);
    }

    void remove(ProducerHandle producer) {
        producers.remove(producer.producerId);
    }

    @Override
    public void onDeliver(Frame.Deliver deliver) {
        Route route = consumers.get(deliver.consumerId());
        // Unknown means closed by us: the broker takes back what was on the way.
        if (route != null) {
            route.inbox.onDeliver(route.consumer, deliver);
        }
    }

    @Override
    public void onReclaim(Frame.Reclaim reclaim) {
        Route route = consumers.get(reclaim.consumerId());
        if (route != null) {
            route.inbox.onReclaim(route.consumer);
        }
    }

    @Override
    public void onEndpointClosed(Frame.EndpointClosed closed) {
        if (closed.isProducer()) {
            ProducerHandle producer = producers.get(closed.endpointId());
            if (producer != null) {
                producer.onEnded(closed.code(), closed.message());
            }
            return;
        }
        Route route = consumers.get(closed.endpointId());
        if (route != null) {
            end(route, Failures.of(closed.code(), closed.message()));
        }
    }

    private void end(Route route, JMSException why) {
        route.inbox.onEnded(route.consumer, why);
        owner.onConsumerEnded(why);
    }

    @Override
    public void onRefused(JMSException why) {
        owner.onRefused(why);
    }

    @Override
    public void onLost(JMSException why) {
        owner.onLost(why);
    }

    @Override
    public void onOpened(int lineNumber) {
        owner.onOpened(lineNumber);
    }

    @Override
    public void onEnded(JMSException why) {
        owner.onEnded(why);
    }

    // ---- restoring; on the client event loop

    /** Those of these sessions that the broker has opened, in the order of their opening. */
    List<ProducerHandle> openedProducers(Set<Integer> sessionIds) {
        return producers.values().stream()
                .filter(producer -> sessionIds.contains(producer.sessionId))
                .filter(producer -> producer.opened && producer.isUsable())
                .sorted(Comparator.comparingInt(producer -> producer.producerId))
                .toList();
    }

    /** Those of these sessions that the broker has opened, in the order of their opening. */
    List<ConsumerInbox> openedConsumers(Set<Integer> sessionIds) {
        return consumers.values().stream()
                .map(Route::consumer)
                .filter(consumer -> sessionIds.contains(consumer.sessionId))
                .filter(consumer -> consumer.opened && consumer.ended == null)
                .sorted(Comparator.comparingInt(consumer -> consumer.consumerId))
                .toList();
    }

    /** The broker did not open it again. */
    void ended(ConsumerInbox consumer, JMSException why) {
        Route route = consumers.get(consumer.consumerId);
        if (route != null) {
            end(route, why);
        }
    }

    boolean has(ConsumerInbox consumer) {
        return consumers.containsKey(consumer.consumerId);
    }
}
