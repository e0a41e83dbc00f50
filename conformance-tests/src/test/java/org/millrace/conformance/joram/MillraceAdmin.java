package org.millrace.conformance.joram;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.millrace.broker.Broker;
import org.objectweb.jtests.jms.admin.Admin;

/**
 * Plugs Millrace into the JORAM suite: administered objects come from our JNDI context. The suite
 * creates it by name.
 */
public final class MillraceAdmin implements Admin {
    private static final Map<String, String> BINDINGS = new ConcurrentHashMap<>();
    private static final AtomicInteger CREATED = new AtomicInteger();
    private static Broker broker;

    @Override
    public String getName() {
        return "Millrace";
    }

    /** Starts the broker that all tests of the suite share. */
    static synchronized void startBroker() throws Exception {
        broker = Broker.builder().inMemory().host("127.0.0.1").port(0).build();
        broker.start();
    }

    static synchronized void stopBroker() {
        broker.close();
    }

    @Override
    public Context createContext() throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>(BINDINGS);
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY,
                "org.millrace.jms.jndi.MillraceInitialContextFactory");
        return new InitialContext(environment);
    }

    @Override
    public void createConnectionFactory(String name) {
        BINDINGS.put("connectionFactory." + name, "millrace://127.0.0.1:" + broker.port());
    }

    @Override
    public void createQueueConnectionFactory(String name) {
        createConnectionFactory(name);
    }

    @Override
    public void createTopicConnectionFactory(String name) {
        createConnectionFactory(name);
    }

    @Override
    public void createQueue(String name) {
        BINDINGS.put("queue." + name, freshName(name));
    }

    @Override
    public void createTopic(String name) {
        BINDINGS.put("topic." + name, freshName(name));
    }

    /** What the suite deletes and creates again must be empty: a new destination each time. */
    private static String freshName(String name) {
        return name + "-" + CREATED.incrementAndGet();
    }

    @Override
    public void deleteQueue(String name) {
        BINDINGS.remove("queue." + name);
    }

    @Override
    public void deleteTopic(String name) {
        BINDINGS.remove("topic." + name);
    }

    @Override
    public void deleteConnectionFactory(String name) {
        BINDINGS.remove("connectionFactory." + name);
    }

    @Override
    public void deleteQueueConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }

    @Override
    public void deleteTopicConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }

    @Override
    public void startServer() {
        // The broker is started once for the suite.
    }

    @Override
    public void stopServer() {
        // The broker is stopped once after the suite.
    }

    @Override
    public void start() {
        // Nothing to do before each test.
    }

    @Override
    public void stop() {
        // Nothing to do after each test.
    }
}
