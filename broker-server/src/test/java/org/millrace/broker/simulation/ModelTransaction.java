package org.millrace.broker.simulation;

import java.util.ArrayList;
import java.util.List;

/** Sends and acknowledgements of a transacted session until its next commit or rollback. */
final class ModelTransaction {
    final String name;
    final List<Message> sends = new ArrayList<>();
    final List<Receipt> acknowledged = new ArrayList<>();

    /** One of its messages was seen before its outcome was known: it must have been committed. */
    String committedBecause = "";

    /** What it acknowledged came again before its outcome was known: it cannot be committed. */
    String rolledBackBecause = "";

    /** A branch that is prepared: it has what it acknowledged until it is decided. */
    boolean prepared;

    /** A branch whose work has ended: when what it acknowledged comes again, it is rolled back. */
    boolean ending;

    /** A branch that may be prepared: the answer was lost. */
    boolean unknown;

    ModelTransaction(String name) {
        this.name = name;
    }

    boolean isEmpty() {
        return sends.isEmpty() && acknowledged.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
