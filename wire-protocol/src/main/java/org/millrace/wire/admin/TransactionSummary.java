package org.millrace.wire.admin;

import java.time.Instant;

/**
 * A branch of a global transaction that waits for a decision, or for its transaction manager to
 * hear of one.
 *
 * @param id {@code format:global id:branch qualifier}, in hexadecimal digits
 * @param state PREPARED, or DECIDED when an operator has decided it
 * @param sends messages that it sends
 * @param acknowledgements messages that it has consumed; 0 while their destination is not loaded
 * @param sendBytes size of what it sends
 * @param since when it was started; after a restart of the broker, when that was
 */
public record TransactionSummary(
        String id, String state, int sends, int acknowledgements, long sendBytes, Instant since) {}
