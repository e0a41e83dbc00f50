package org.millrace.broker.destination;

import java.util.Optional;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What a consumer asks for when it is opened.
 *
 * @param subscription empty for {@code QUEUE} and {@code NON_DURABLE}
 * @param selector empty for none
 * @param beginning where the subscription is to begin; by default where it is, a new one at the end
 */
public record ConsumerRequest(
        SubscriptionKind kind,
        String subscription,
        String selector,
        boolean noLocal,
        Optional<String> clientId,
        long connectionId,
        Receiver receiver,
        Beginning beginning) {
    Optional<StartPoint> start() {
        return beginning.start();
    }
}
