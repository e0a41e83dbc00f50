package org.millrace.broker.server;

import java.util.Map;
import org.millrace.broker.Broker;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.wire.link.EmbeddedBrokerStarter;

/** Starts brokers for {@code vm://name}: in memory unless its settings say where to store. */
public final class VmBrokerStarter implements EmbeddedBrokerStarter {
    @Override
    public void start(String name) {
        // Its threads are daemons: it runs until the process ends.
        Broker broker = Broker.builder().name(name).inMemory().vm(name).build();
        broker.start();
    }

    @Override
    public AutoCloseable start(String name, Map<String, String> settings) {
        BrokerConfig config = BrokerConfig.of(settings, "settings of the embedded broker " + name);
        Broker.Builder plan =
                Broker.builder()
                        .settings(config.settings().withName(name))
                        .host(config.get(BrokerConfig.HOST))
                        .anonymous(config.get(BrokerConfig.ANONYMOUS))
                        .vm(name);
        if (config.has(BrokerConfig.DATA)) {
            plan.directory(config.get(BrokerConfig.DATA));
        } else {
            plan.inMemory();
        }
        if (config.has(BrokerConfig.PORT)) {
            plan.port(config.get(BrokerConfig.PORT));
        }
        config.get(BrokerConfig.USERS).ifPresent(plan::users);
        return plan.build().start();
    }
}
