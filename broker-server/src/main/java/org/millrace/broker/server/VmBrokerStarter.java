package org.millrace.broker.server;

import org.millrace.broker.Broker;
import org.millrace.wire.link.EmbeddedBrokerStarter;

/** Starts an in-memory broker when a client names one by {@code vm://name} and none is there. */
public final class VmBrokerStarter implements EmbeddedBrokerStarter {
    @Override
    public void start(String name) {
        // Its threads are daemons: it runs until the process ends.
        Broker broker = Broker.builder().name(name).inMemory().vm(name).build();
        broker.start();
    }
}
