package org.millrace.ra;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.resource.spi.ManagedConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.ra.inflow.MillraceActivationSpec;
import org.millrace.ra.outbound.MillraceManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceQueueManagedConnectionFactory;

/** What an activation finds in JNDI, and what threads of a server have with them. */
class LookupTest {
    private static final String NAME = "lookup";

    private final FakeServer server = new FakeServer();
    private final MillraceResourceAdapter adapter = new MillraceResourceAdapter();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(NAME, Map.of());
        adapter.start(server);
    }

    @AfterEach
    void stop() throws Exception {
        adapter.stop();
        server.close();
        broker.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    @Test
    @Spec("INB-5")
    void topicAndQueueFactoryAreFoundByTheThreadThatDeploys() throws Exception {
        adapter.setUrl("millrace://127.0.0.1:1");
        MillraceTopic topic = new MillraceTopic();
        topic.setName("found");
        MillraceManagedConnectionFactory factory = new MillraceQueueManagedConnectionFactory();
        factory.setUrl("vm://" + NAME);
        MillraceActivationSpec spec = new MillraceActivationSpec();
        spec.setDestinationLookup("java:app/jms/topic");
        spec.setConnectionFactoryLookup("java:app/jms/factory");
        FakeBean bean = FakeBean.transacted("bean");

        try (FakeNaming naming =
                        FakeNaming.with("java:app/jms/topic", topic)
                                .andOnlyHere(
                                        "java:app/jms/factory", factory.createConnectionFactory());
                JMSContext context =
                        new MillraceConnectionFactory("vm://" + NAME).createContext()) {
            adapter.endpointActivation(bean, spec);
            await(
                    "it is delivered",
                    () -> {
                        context.createProducer().send(context.createTopic("found"), "text");
                        return !bean.received.isEmpty();
                    });
        }
    }

    @Test
    void nothingKeepsTheClassLoaderOfTheApplicationThatIsDeployed() throws Exception {
        adapter.setUrl("vm://" + NAME);
        MillraceManagedConnectionFactory factory = new MillraceManagedConnectionFactory();
        factory.setResourceAdapter(adapter);
        MillraceActivationSpec spec = new MillraceActivationSpec();
        spec.setDestinationName("work");
        spec.setDestinationType("jakarta.jms.Queue");
        FakeBean bean = FakeBean.transacted("bean");
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            current.setContextClassLoader(application);
            adapter.endpointActivation(bean, spec);
            ManagedConnection connection = factory.createManagedConnection(null, null);
            assertThat(current.getContextClassLoader()).isSameAs(application);
            current.setContextClassLoader(before);
            try (JMSContext context =
                    new MillraceConnectionFactory("vm://" + NAME).createContext()) {
                context.createProducer().send(context.createQueue("work"), "text");
            }
            await("it is delivered", () -> bean.received.size() == 1);

            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getContextClassLoader() == application);
            connection.destroy();
        }
    }
}
