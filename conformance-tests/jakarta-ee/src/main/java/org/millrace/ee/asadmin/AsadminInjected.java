package org.millrace.ee.asadmin;

import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.Queue;
import org.millrace.ee.app.Injected;

/** Names resources as GlassFish and Payara call them. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/definedCF",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "millrace",
        properties = "org.glassfish.connector-connection-pool.transaction-support=XATransaction")
@JMSDestinationDefinition(
        name = "java:app/jms/defined",
        interfaceName = "jakarta.jms.Queue",
        resourceAdapter = "millrace",
        destinationName = "defined")
@Stateless
public class AsadminInjected implements Injected {
    @Inject
    @JMSConnectionFactory("jms/millraceCF")
    private JMSContext context;

    @Resource(lookup = "java:app/jms/definedCF")
    private ConnectionFactory defined;

    @Resource(lookup = "java:app/jms/defined")
    private Queue queue;

    @Resource private SessionContext session;

    @Override
    public void send(String name, String body, String end) {
        context.createProducer().send(context.createQueue(name), body);
        if (end.equals("rollback")) {
            session.setRollbackOnly();
        }
    }

    @Override
    public void sendToDefined(String body) {
        try (JMSContext own = defined.createContext()) {
            own.createProducer().send(queue, body);
        }
    }
}
