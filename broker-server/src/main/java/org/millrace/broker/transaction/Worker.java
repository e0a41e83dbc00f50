package org.millrace.broker.transaction;

import org.millrace.persistence.Change;

/** A session as branches see it. Called on the broker loop; compared by identity. */
public interface Worker {
    /** Others do not work in branches. */
    boolean isXa();

    /** From now on its sends and acknowledgements are part of this. */
    void workIn(Transaction work);

    /** From now on each of its sends and acknowledgements counts at once. */
    void workOutside();

    /** A branch that is not the one to be started or resumed: sessions work in one at a time. */
    boolean isWorking();

    /** The connection whose loss is the end of unprepared work. */
    long connectionId();

    /** Marks a commit in one phase, so that its client can ask; {@link #committed} follows. */
    Change committing(long commitNumber);

    void committed(long commitNumber);

    void commitRefused();
}
