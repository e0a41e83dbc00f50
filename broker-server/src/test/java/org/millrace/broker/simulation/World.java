package org.millrace.broker.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.foundation.Loop;
import org.millrace.wire.Address;
import org.millrace.wire.link.LinkListener;

/** What a model client sees of the simulation around it. */
interface World {
    Ledger ledger();

    Story story();

    Rules rules();

    /** A new link to the broker, whose life it shares; empty while nobody listens. */
    Optional<Life> connect(String client, Loop loop, LinkListener listener);

    /** A link for the operator, which nobody cuts; false while nobody listens. */
    boolean connect(Operator operator, Loop loop);

    /** Branches that are to be decided. */
    ModelBranches branches();

    /** Names of branches whose preparation was asked for and not answered. */
    Set<String> preparing();

    long nowMillis();

    /** Queues and topics that are not deleted. */
    List<Address> destinations();

    /** How many times longer than otherwise everybody takes. */
    int tempo();

    /** Whether sessions may be so full that a consumer with credit gets nothing. */
    boolean areSessionsSmall();

    /** No more faults: everybody finishes what was begun. */
    boolean isCalm();

    /** Everybody is there: time for one last message to each destination. */
    boolean isLastCall();

    /** Whether it is no surprise that the broker says goodbye. */
    boolean isBrokerStopping();
}
