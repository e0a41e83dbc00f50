package org.millrace.broker.destination;

import java.util.Optional;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What a consumer asks for when it is opened.
 *
 * @param subscription empty for {@code QUEUE} and {@code NON_DURABLE}
 * @param selector empty for none
 */
public record ConsumerRequest(
        Address address,
        SubscriptionKind kind,
        String subscription,
        String selector,
        boolean noLocal,
        Optional<String> clientId,
        long connectionId,
        Receiver receiver) {}
