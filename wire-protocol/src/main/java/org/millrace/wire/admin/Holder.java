package org.millrace.wire.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A consumer and what it holds.
 *
 * @param connectionId its JMS connection
 * @param peer address of its client
 * @param user empty for an anonymous one
 * @param sessionId number within its link
 * @param consumerId number within its link
 * @param inFlight sent to it and neither acknowledged nor given back
 * @param oldestSince when the oldest of these was sent to it
 */
public record Holder(
        long connectionId,
        Optional<String> clientId,
        String user,
        String peer,
        int sessionId,
        int consumerId,
        int inFlight,
        Optional<Instant> oldestSince) {}
