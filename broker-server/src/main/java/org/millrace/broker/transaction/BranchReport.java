package org.millrace.broker.transaction;

import java.time.Instant;

/**
 * A branch that waits for a decision, or for its transaction manager to hear of one, as operators
 * see it.
 *
 * @param name {@code format:global id:branch qualifier}, in hexadecimal digits
 * @param state PREPARED, or DECIDED when an operator has decided it
 * @param sends messages that it sends
 * @param acknowledgements messages that it has consumed; 0 while their destination is not loaded
 * @param sendBytes size of what it sends
 * @param since when it was started; after a restart, when the broker was
 */
public record BranchReport(
        String name, String state, int sends, int acknowledgements, long sendBytes, Instant since) {
    static BranchReport of(BranchEntry entry) {
        return new BranchReport(
                BranchEntry.nameOf(entry.id),
                entry.state().name(),
                entry.work.sendCount(),
                entry.work.acknowledgementCount(),
                entry.work.bytes(),
                Instant.ofEpochMilli(entry.sinceMillis));
    }
}
