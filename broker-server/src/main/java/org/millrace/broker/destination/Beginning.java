package org.millrace.broker.destination;

import java.util.Optional;

/**
 * Where a consumer asks its subscription to begin. Immutable.
 *
 * @param from what the name of its destination says
 * @param start the same as offsets; empty when it says nothing, and when the consumer was open
 *     before and comes back: then its subscription goes on where it is
 */
public record Beginning(Optional<Position> from, Optional<StartPoint> start) {
    /** As text, to compare it with what others asked for; empty for nothing. */
    String text() {
        return from.map(Position::toString).orElse("");
    }
}
