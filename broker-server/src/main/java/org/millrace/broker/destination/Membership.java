package org.millrace.broker.destination;

import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Subscription;

/** A consumer's place in a subscription. */
public record Membership(Destination destination, Subscription subscription, Seat seat) {}
