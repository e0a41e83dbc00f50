package org.millrace.broker.simulation;

import java.util.Optional;
import org.millrace.foundation.Loop;
import org.millrace.wire.link.LinkListener;

/** What a model client sees of the simulation around it. */
interface World {
    Ledger ledger();

    Story story();

    Rules rules();

    /** A new link to the broker, whose life it shares; empty while nobody listens. */
    Optional<Life> connect(String client, Loop loop, LinkListener listener);

    /** Whether sessions may be so full that a consumer with credit gets nothing. */
    boolean areSessionsSmall();

    /** No more faults: everybody finishes what was begun. */
    boolean isCalm();

    /** Everybody is there: time for one last message to each destination. */
    boolean isLastCall();

    /** Whether it is no surprise that the broker says goodbye. */
    boolean isBrokerStopping();
}
