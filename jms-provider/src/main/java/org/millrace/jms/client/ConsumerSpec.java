package org.millrace.jms.client;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.jms.MillraceDestination;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What a consumer was created with (§8.3).
 *
 * @param subscription empty when it has no name
 * @param selector as the application gave it; null, empty or blank for none
 */
record ConsumerSpec(
        MillraceDestination destination,
        SubscriptionKind kind,
        String subscription,
        String selector,
        NoLocal noLocal) {
    /** Whether messages of the own connection are left out. */
    enum NoLocal {
        DELIVER_ALL,
        EXCLUDE_OWN;

        static NoLocal of(boolean noLocal) {
            return noLocal ? EXCLUDE_OWN : DELIVER_ALL;
        }
    }

    String selectorOrEmpty() {
        return selector == null || selector.isBlank() ? "" : selector;
    }

    /** Whether other consumers can get the same messages instead. */
    boolean competes() {
        return switch (kind) {
            case QUEUE, SHARED, SHARED_DURABLE -> true;
            case NON_DURABLE, DURABLE -> false;
        };
    }

    /**
     * Where a consumer is opened that was open before: without the option that says where it is to
     * begin, because it goes on where it was.
     */
    Address addressAgain() {
        Address address = destination.address();
        String others =
                Stream.of(address.options().split("&"))
                        .filter(option -> !option.startsWith("from="))
                        .collect(Collectors.joining("&"));
        return new Address(address.kind(), address.name(), others);
    }

    boolean excludesOwn() {
        return noLocal == NoLocal.EXCLUDE_OWN && destination.isTopic();
    }
}
