package org.millrace.wire.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A consumer and what it holds.
 *
 * @param connectionId its JMS connection
 * @param clientId cut when it is longer than {@value #MAX_TEXT} characters
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
        Optional<Instant> oldestSince) {
    /** Characters of a text. */
    public static final int MAX_TEXT = 128;

    public Holder {
        clientId = clientId.map(id -> id.length() > MAX_TEXT ? id.substring(0, MAX_TEXT) : id);
    }
}
