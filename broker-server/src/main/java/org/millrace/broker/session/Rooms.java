package org.millrace.broker.session;

import org.millrace.broker.destination.Destinations;
import org.millrace.broker.destination.Subscriptions;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.transaction.Branches;

/** The rooms that all sessions share. */
public record Rooms(
        Ground ground,
        Destinations destinations,
        Subscriptions subscriptions,
        Producers producers,
        Acknowledgements acknowledgements,
        Branches branches) {}
