package org.millrace.broker.dispatch;

import java.util.Optional;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What a subscription is to those who administer it.
 *
 * @param name empty for the one of a queue, and for one without a name
 * @param selector that it owns; empty for none
 */
public record SubscriptionLabel(
        String name,
        Optional<String> clientId,
        SubscriptionKind kind,
        String selector,
        boolean noLocal) {
    /** Of the one subscription of a queue. */
    public static final SubscriptionLabel QUEUE =
            new SubscriptionLabel("", Optional.empty(), SubscriptionKind.QUEUE, "", false);
}
