package org.millrace.wire.admin;

import java.util.Optional;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * A subscription: of a topic, or the one of a queue.
 *
 * @param name empty for the one of a queue, and for a non-durable unshared one
 * @param selector empty for none; what is longer than 4000 characters is cut
 * @param consumers that are open
 * @param inFlight delivered and not settled
 */
public record SubscriptionSummary(
        Address.Kind kind,
        String destination,
        String name,
        Optional<String> clientId,
        SubscriptionKind subscriptionKind,
        String selector,
        boolean noLocal,
        int consumers,
        int inFlight) {}
