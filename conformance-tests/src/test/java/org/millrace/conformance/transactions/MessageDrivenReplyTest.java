package org.millrace.conformance.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkManager;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.ra.MillraceResourceAdapter;
import org.millrace.ra.inflow.MillraceActivationSpec;
import org.millrace.ra.outbound.MillraceManagedConnectionFactory;

/**
 * A message-driven bean that answers over a pooled connection of the same broker, in transactions
 * of Narayana: one branch, committed in one phase. What that costs at the broker is in {@code
 * BranchTest}: one force.
 */
class MessageDrivenReplyTest {
    private static final String URL = "vm://message-driven-reply";
    private static final int MESSAGES = 10;

    @TempDir private Path directory;

    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** Says what the transaction manager asks. */
    private final class Recorded extends WatchedResource {
        Recorded(XAResource recorded) {
            super(recorded, point -> {});
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            calls.add(flags == TMJOIN ? "join" : "start");
            super.start(xid, flags);
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            calls.add("prepare");
            return super.prepare(xid);
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            super.commit(xid, onePhase);
            calls.add(onePhase ? "commit in one phase" : "commit");
        }
    }

    @Test
    @Timeout(60)
    @Spec({"XA-4", "XA-13"})
    void receiptAndReplyAreOneBranchInOnePhase() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        MillraceResourceAdapter adapter = new MillraceResourceAdapter();
        adapter.setUrl(URL);
        try (Broker broker = Broker.builder().vm("message-driven-reply").build();
                Coordinator narayana = Coordinator.start("narayana", directory, List.of())) {
            broker.start();
            adapter.start(lending(threads));
            MillraceManagedConnectionFactory factory = new MillraceManagedConnectionFactory();
            factory.setResourceAdapter(adapter);
            Container container = new Container(narayana.transactions(), factory);
            MillraceActivationSpec spec = new MillraceActivationSpec();
            spec.setDestinationName("requests");
            spec.setDestinationType("jakarta.jms.Queue");
            spec.setMaxSessions("1");
            adapter.endpointActivation(container, spec);
            try (JMSContext context = new MillraceConnectionFactory(URL).createContext()) {
                List<String> sent = IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toList();
                sent.forEach(
                        text ->
                                context.createProducer()
                                        .send(context.createQueue("requests"), text));
                List<String> replies = new ArrayList<>();
                try (var consumer = context.createConsumer(context.createQueue("replies"))) {
                    while (replies.size() < MESSAGES) {
                        replies.add(consumer.receiveBody(String.class, 20_000));
                    }
                }
                assertThat(replies).containsExactlyElementsOf(sent);
            }
            adapter.endpointDeactivation(container, spec);
            container.close();
        } finally {
            adapter.stop();
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        List<String> each = List.of("start", "join", "commit in one phase");
        assertThat(calls)
                .isEqualTo(
                        Collections.nCopies(MESSAGES, each).stream()
                                .flatMap(List::stream)
                                .toList());
    }

    /** A server that lends threads, and nothing else. */
    private static BootstrapContext lending(ExecutorService threads) {
        WorkManager works =
                proxy(
                        WorkManager.class,
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("scheduleWork")) {
                                throw new UnsupportedOperationException(method.getName());
                            }
                            threads.execute((Work) arguments[0]);
                            return null;
                        });
        return proxy(
                BootstrapContext.class,
                (proxy, method, arguments) ->
                        method.getReturnType() == WorkManager.class ? works : null);
    }

    private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        MessageDrivenReplyTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        handler));
    }

    /** Wraps a transaction of Narayana around each delivery; the bean has one pooled connection. */
    private final class Container implements MessageEndpointFactory {
        private final TransactionManager transactions;
        private final MillraceManagedConnectionFactory factory;
        private ManagedConnection pooled;

        Container(TransactionManager transactions, MillraceManagedConnectionFactory factory) {
            this.transactions = transactions;
            this.factory = factory;
        }

        void close() throws ResourceException {
            pooled.destroy();
        }

        /** As a pool's connection manager does it. */
        private jakarta.jms.Connection connection() throws ResourceException {
            if (pooled == null) {
                pooled = factory.createManagedConnection(null, null);
            }
            try {
                boolean unused =
                        transactions
                                .getTransaction()
                                .enlistResource(new Recorded(pooled.getXAResource()));
            } catch (Exception refused) {
                throw new ResourceException(refused);
            }
            return (jakarta.jms.Connection) pooled.getConnection(null, null);
        }

        @Override
        public MessageEndpoint createEndpoint(XAResource resource) {
            return new Endpoint(resource);
        }

        @Override
        public MessageEndpoint createEndpoint(XAResource resource, long timeout) {
            return createEndpoint(resource);
        }

        @Override
        public boolean isDeliveryTransacted(Method method) {
            return true;
        }

        @Override
        public String getActivationName() {
            return "replier";
        }

        @Override
        public Class<?> getEndpointClass() {
            return MessageDrivenReplyTest.class;
        }

        private final class Endpoint implements MessageEndpoint, MessageListener {
            private final XAResource resource;

            Endpoint(XAResource resource) {
                this.resource = resource;
            }

            @Override
            public void beforeDelivery(Method method) throws ResourceException {
                try {
                    transactions.begin();
                    boolean unused =
                            transactions.getTransaction().enlistResource(new Recorded(resource));
                } catch (Exception refused) {
                    throw new ResourceException(refused);
                }
            }

            @Override
            public void onMessage(Message message) {
                try (jakarta.jms.Connection connection = connection();
                        jakarta.jms.Session session = connection.createSession()) {
                    session.createProducer(session.createQueue("replies"))
                            .send(session.createTextMessage(((TextMessage) message).getText()));
                } catch (JMSException | ResourceException failed) {
                    throw new IllegalStateException(failed);
                }
            }

            @Override
            public void afterDelivery() throws ResourceException {
                try {
                    transactions.commit();
                } catch (Exception refused) {
                    throw new ResourceException(refused);
                }
            }

            @Override
            public void release() {
                // Nothing is pooled.
            }
        }
    }
}
