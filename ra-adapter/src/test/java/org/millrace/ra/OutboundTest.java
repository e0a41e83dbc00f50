package org.millrace.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TransactionRolledBackRuntimeException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransactionException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.ra.outbound.MillraceManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceQueueManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceTopicManagedConnectionFactory;

/** Connections for applications. */
class OutboundTest {
    private static final String NAME = "outbound";
    private static final String URL = "vm://" + NAME;

    private final MillraceManagedConnectionFactory factory = new MillraceManagedConnectionFactory();
    private final Pool pool = new Pool();
    private EmbeddedBroker broker;

    /** A server's pool with room for one connection. */
    private static final class Pool implements ConnectionManager, ConnectionEventListener {
        private static final long serialVersionUID = 1L;

        final transient List<String> events = new CopyOnWriteArrayList<>();
        transient ManagedConnection connection;
        transient int made;

        @Override
        public Object allocateConnection(ManagedConnectionFactory from, ConnectionRequestInfo info)
                throws jakarta.resource.ResourceException {
            Set<Object> candidates = connection == null ? Set.of() : Set.of(connection);
            ManagedConnection match = from.matchManagedConnections(candidates, null, info);
            if (match == null) {
                destroy();
                connection = from.createManagedConnection(null, info);
                connection.addConnectionEventListener(this);
                made++;
            }
            return connection.getConnection(null, info);
        }

        void destroy() throws jakarta.resource.ResourceException {
            if (connection != null) {
                connection.destroy();
                connection = null;
            }
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            events.add("closed");
            try {
                connection.cleanup();
            } catch (jakarta.resource.ResourceException refused) {
                throw new IllegalStateException(refused);
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            events.add("error");
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            events.add("started");
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            events.add("committed");
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            events.add("rolled back");
        }
    }

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(NAME, Map.of());
        factory.setUrl(URL);
    }

    @AfterEach
    void stop() throws Exception {
        pool.destroy();
        broker.close();
    }

    private ConnectionFactory connections() throws Exception {
        return (ConnectionFactory) factory.createConnectionFactory(pool);
    }

    private String receiveElsewhere(String queue) throws Exception {
        try (JMSContext context =
                new org.millrace.jms.MillraceConnectionFactory(URL).createContext()) {
            return context.createConsumer(context.createQueue(queue))
                    .receiveBody(String.class, 300);
        }
    }

    private void sendElsewhere(String queue, String body) {
        try (JMSContext context =
                new org.millrace.jms.MillraceConnectionFactory(URL).createContext()) {
            context.createProducer().send(context.createQueue(queue), body);
        }
    }

    // ---- handles

    @Test
    @Spec({"OUT-8", "OUT-13"})
    void contextSendsAndReceivesAndGivesItsConnectionBack() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (JMSContext context = connections().createContext()) {
                Queue queue = context.createQueue("plain");
                context.createProducer().setProperty("n", i).send(queue, "text " + i);
                JMSConsumer consumer = context.createConsumer(queue);
                assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("text " + i);
                assertThat(context.getTransacted()).isFalse();
                assertThat(context.getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
            }
        }
        assertThat(pool.made).isEqualTo(1);
        assertThat(pool.events).containsExactly("closed", "closed", "closed");
    }

    @Test
    void everyInterfaceOfTheDescriptorWorks() throws Exception {
        var queues = new MillraceQueueManagedConnectionFactory();
        queues.setUrl(URL);
        try (var connection =
                ((QueueConnectionFactory) queues.createConnectionFactory())
                        .createQueueConnection()) {
            var session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue("domain");
            session.createSender(queue).send(session.createTextMessage("by sender"));
            var receiver = session.createReceiver(queue);
            connection.start();
            assertThat(receiver.receive(10_000).getBody(String.class)).isEqualTo("by sender");
            assertThatThrownBy(() -> session.createTopic("no"))
                    .isInstanceOf(jakarta.jms.IllegalStateException.class);
        }
        var topics = new MillraceTopicManagedConnectionFactory();
        topics.setUrl(URL);
        try (var connection =
                ((TopicConnectionFactory) topics.createConnectionFactory())
                        .createTopicConnection()) {
            var session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            var topic = session.createTopic("domain");
            var subscriber = session.createSubscriber(topic);
            connection.start();
            session.createPublisher(topic).publish(session.createTextMessage("by publisher"));
            assertThat(subscriber.receive(10_000).getBody(String.class)).isEqualTo("by publisher");
        }
    }

    @Test
    void configuredDestinationsAreTaken() throws Exception {
        MillraceQueue queue = new MillraceQueue();
        queue.setName("configured");
        try (JMSContext context = connections().createContext()) {
            context.createProducer().send(queue, "text");
            assertThat(context.createConsumer(queue).receiveBody(String.class, 10_000))
                    .isEqualTo("text");
        }
    }

    @Test
    @Spec({"OUT-7", "OUT-18"})
    void whatWasOpenedThroughAHandleEndsWithIt() throws Exception {
        Connection connection = connections().createConnection();
        Session session = connection.createSession();
        Queue temporary = session.createTemporaryQueue();
        MessageProducer producer = session.createProducer(temporary);
        var consumer = session.createConsumer(temporary);
        connection.start();

        connection.close();

        assertThatThrownBy(() -> producer.send(null))
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait)
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        assertThatThrownBy(() -> session.createTextMessage())
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        assertThatThrownBy(connection::createSession)
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        try (JMSContext next = connections().createContext()) {
            assertThatThrownBy(() -> next.createProducer().send(temporary, "gone"))
                    .isInstanceOf(jakarta.jms.InvalidDestinationRuntimeException.class);
        }
        assertThat(pool.made).isEqualTo(1);
    }

    @Test
    @Spec({"OUT-17", "INJ-3", "INJ-6"})
    void connectionHasOneOpenSessionAtATime() throws Exception {
        try (Connection connection = connections().createConnection()) {
            Session first = connection.createSession(true, Session.SESSION_TRANSACTED);
            assertThat(first.getTransacted()).isFalse();
            assertThat(first.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(connection::createSession).isInstanceOf(JMSException.class);
            first.close();
            assertThat(connection.createSession(Session.DUPS_OK_ACKNOWLEDGE).getAcknowledgeMode())
                    .isEqualTo(Session.DUPS_OK_ACKNOWLEDGE);
        }
    }

    @Test
    @Spec({"RA-9", "INJ-2", "INJ-4", "INJ-6", "INJ-9"})
    void callbacksAndDemarcationAreRefused() throws Exception {
        try (Connection connection = connections().createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("refused"));
            var consumer = session.createConsumer(session.createQueue("refused"));
            Message message = session.createMessage();
            CompletionListener listener = null;
            assertRefused(() -> producer.send(message, listener));
            assertRefused(() -> consumer.setMessageListener(received -> {}));
            assertRefused(() -> session.setMessageListener(received -> {}));
            assertRefused(session::commit);
            assertRefused(session::rollback);
            assertRefused(() -> connection.setClientID("mine"));
            assertRefused(() -> connection.setExceptionListener(problem -> {}));
            assertRefused(connection::stop);
            assertRefused(() -> connection.createConnectionConsumer((Queue) null, "", null, 1));
            assertThatThrownBy(session::run).isInstanceOf(JMSRuntimeException.class);
        }
        try (JMSContext context = connections().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(context.getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> context.createContext(1))
                    .isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> context.setClientID("mine"))
                    .isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(context::stop).isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(context::commit).isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> context.createProducer().setAsync(null))
                    .isInstanceOf(JMSRuntimeException.class);
        }
        assertThatThrownBy(() -> connections().createContext(9))
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("session mode is 9");
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable forbidden) {
        assertThatThrownBy(forbidden).isInstanceOf(JMSException.class);
    }

    // ---- transactions

    private static Xid branch(int number) {
        return new Xid() {
            @Override
            public int getFormatId() {
                return 9;
            }

            @Override
            public byte[] getGlobalTransactionId() {
                return new byte[] {(byte) number};
            }

            @Override
            public byte[] getBranchQualifier() {
                return new byte[] {1};
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec("OUT-10")
    void workInABranchHappensWithItsCommitOnly(boolean committed) throws Exception {
        sendElsewhere("in", "received");
        try (JMSContext context = connections().createContext()) {
            XAResource resource = pool.connection.getXAResource();
            assertThat(pool.connection.getXAResource()).isSameAs(resource);
            resource.start(branch(1), XAResource.TMNOFLAGS);
            context.createProducer().send(context.createQueue("out"), "sent");
            assertThat(
                            context.createConsumer(context.createQueue("in"))
                                    .receiveBody(String.class, 10_000))
                    .isEqualTo("received");
            resource.end(branch(1), XAResource.TMSUCCESS);
            if (committed) {
                assertThat(resource.prepare(branch(1))).isEqualTo(XAResource.XA_OK);
                resource.commit(branch(1), false);
            } else {
                resource.rollback(branch(1));
            }
        }
        assertThat(receiveElsewhere("out")).isEqualTo(committed ? "sent" : null);
        assertThat(receiveElsewhere("in")).isEqualTo(committed ? null : "received");
    }

    /** As a timeout does it, on a thread of the transaction manager. */
    @Test
    @Spec("OUT-17")
    void nothingIsSentInATransactionThatIsOverAlready() throws Exception {
        try (FakeServer server = new FakeServer()) {
            MillraceResourceAdapter adapter = new MillraceResourceAdapter();
            adapter.setUrl(URL);
            adapter.start(server);
            factory.setResourceAdapter(adapter);
            try (JMSContext context = connections().createContext()) {
                XAResource resource = pool.connection.getXAResource();
                server.transactionKey = "mine";
                resource.start(branch(4), XAResource.TMNOFLAGS);
                assertThat(context.getTransacted()).isTrue();
                context.createProducer().send(context.createQueue("late"), "in time");
                resource.end(branch(4), XAResource.TMFAIL);
                resource.rollback(branch(4));

                assertThatThrownBy(() -> context.createTextMessage("late"))
                        .isInstanceOf(TransactionRolledBackRuntimeException.class);

                server.transactionKey = null;
                context.createProducer().send(context.createQueue("late"), "afterwards");
            }
            assertThat(receiveElsewhere("late")).isEqualTo("afterwards");
            pool.destroy();
            adapter.stop();
        }
    }

    @Test
    void workThatATimeoutInterruptsCountsNowhere() throws Exception {
        try (FakeServer server = new FakeServer()) {
            MillraceResourceAdapter adapter = new MillraceResourceAdapter();
            adapter.setUrl(URL);
            adapter.start(server);
            factory.setResourceAdapter(adapter);
            server.transactionKey = "mine";
            try (JMSContext context = connections().createContext()) {
                XAResource resource = pool.connection.getXAResource();
                var consumer = context.createConsumer(context.createQueue("waited for"));
                resource.start(branch(5), XAResource.TMNOFLAGS);
                AtomicReference<Object> outcome = new AtomicReference<>();
                Thread application =
                        new Thread(
                                () -> {
                                    try {
                                        outcome.set(consumer.receiveBody(String.class, 30_000));
                                    } catch (RuntimeException thrown) {
                                        outcome.set(thrown);
                                    }
                                });
                application.start();
                while (application.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }

                resource.end(branch(5), XAResource.TMFAIL);
                assertThatThrownBy(
                                () ->
                                        context.createProducer()
                                                .send(context.createQueue("slipped out"), "late"))
                        .isInstanceOf(TransactionRolledBackRuntimeException.class);
                resource.rollback(branch(5));
                sendElsewhere("waited for", "for somebody else");
                application.join(30_000);

                assertThat(outcome.get()).isInstanceOf(TransactionRolledBackRuntimeException.class);
            }
            assertThat(receiveElsewhere("waited for")).isEqualTo("for somebody else");
            assertThat(receiveElsewhere("slipped out")).isNull();
            pool.destroy();
            adapter.stop();
        }
    }

    /** As GlassFish does it: the second session is never ended. */
    @Test
    void rollbackThroughOneSessionEndsTheOthersOfItsBranch() throws Exception {
        sendElsewhere("joined", "received");
        ManagedConnection one = factory.createManagedConnection(null, null);
        ManagedConnection other = factory.createManagedConnection(null, null);
        XAResource first = one.getXAResource();
        XAResource second = other.getXAResource();
        assertThat(first.isSameRM(second)).isTrue();
        for (int i = 0; i < 2; i++) {
            first.start(branch(3), XAResource.TMNOFLAGS);
            second.start(branch(3), XAResource.TMJOIN);
            Connection handle = (Connection) other.getConnection(null, null);
            Session session = handle.createSession();
            var consumer = session.createConsumer(session.createQueue("joined"));
            handle.start();
            assertThat(consumer.receive(10_000)).isNotNull();
            handle.close();
            first.end(branch(3), XAResource.TMFAIL);
            first.rollback(branch(3));
        }
        assertThat(receiveElsewhere("joined")).isEqualTo("received");
        one.destroy();
        other.destroy();
    }

    /** As WildFly does it: the pool ends the second session, and so does the transaction. */
    @Test
    void sessionThatHasJoinedCanBeEndedTwice() throws Exception {
        ManagedConnection one = factory.createManagedConnection(null, null);
        ManagedConnection other = factory.createManagedConnection(null, null);
        XAResource first = one.getXAResource();
        XAResource second = other.getXAResource();
        first.start(branch(5), XAResource.TMNOFLAGS);
        second.start(branch(5), XAResource.TMJOIN);
        Connection handle = (Connection) other.getConnection(null, null);
        Session session = handle.createSession();
        session.createProducer(session.createQueue("twice")).send(session.createTextMessage("one"));
        second.end(branch(5), XAResource.TMSUCCESS);
        first.end(branch(5), XAResource.TMSUCCESS);
        second.end(branch(5), XAResource.TMSUCCESS);

        first.commit(branch(5), true);

        assertThat(receiveElsewhere("twice")).isEqualTo("one");
        one.destroy();
        other.destroy();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec({"OUT-10", "OUT-11"})
    void localTransactionOfTheContainerSpansTheSession(boolean committed) throws Exception {
        try (JMSContext context = connections().createContext()) {
            // As IronJacamar does: asked for again before each step.
            pool.connection.getLocalTransaction().begin();
            context.createProducer().send(context.createQueue("local"), "sent");
            assertThat(receiveElsewhere("local")).isNull();
            if (committed) {
                pool.connection.getLocalTransaction().commit();
            } else {
                pool.connection.getLocalTransaction().rollback();
            }
        }
        assertThat(receiveElsewhere("local")).isEqualTo(committed ? "sent" : null);
        assertThat(pool.events).containsExactly("closed");
    }

    /** The pool outlives the application that asked first. */
    @Test
    void connectionHoldsNoClassLoaderOfItsFirstApplication() throws Exception {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        ClassLoader application = new ClassLoader(before) {};
        caller.setContextClassLoader(application);
        try (Connection connection = connections().createConnection()) {
            assertThat(caller.getContextClassLoader()).isSameAs(application);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("millrace"))
                    .isNotEmpty()
                    .extracting(Thread::getContextClassLoader)
                    .doesNotContain(application);
            assertThatThrownBy(() -> connection.createSession(17))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("session mode is 17, allowed are 0");
        } finally {
            caller.setContextClassLoader(before);
        }
    }

    /** OUT-7. */
    @Test
    void localTransactionThatIsNotEndedIsRolledBackWhenTheConnectionGoesBack() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (JMSContext context = connections().createContext()) {
                pool.connection.getLocalTransaction().begin();
                context.createProducer().send(context.createQueue("half done"), "never");
            }
        }
        assertThat(pool.made).isEqualTo(1);
        assertThat(receiveElsewhere("half done")).isNull();
        assertThatThrownBy(() -> pool.connection.getLocalTransaction().commit())
                .isInstanceOf(LocalTransactionException.class);
    }

    @Test
    void connectionInTheMiddleOfABranchIsNotReused() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        managed.cleanup();
        resource.start(branch(6), XAResource.TMNOFLAGS);
        assertThatThrownBy(managed::cleanup)
                .isInstanceOf(jakarta.resource.spi.IllegalStateException.class);
        resource.end(branch(6), XAResource.TMSUCCESS);
        managed.cleanup();
        resource.rollback(branch(6));
        managed.cleanup();
        managed.destroy();
    }

    @Test
    @Spec("INB-15")
    void recoveryFindsAndEndsBranchesOfConnectionsThatAreGone() throws Exception {
        try (JMSContext context = connections().createContext()) {
            XAResource resource = pool.connection.getXAResource();
            resource.start(branch(2), XAResource.TMNOFLAGS);
            context.createProducer().send(context.createQueue("doubt"), "sent");
            resource.end(branch(2), XAResource.TMSUCCESS);
            assertThat(resource.prepare(branch(2))).isEqualTo(XAResource.XA_OK);
        }
        pool.destroy();
        MillraceResourceAdapter adapter = new MillraceResourceAdapter();
        adapter.setUrl(URL);
        var spec = new org.millrace.ra.inflow.MillraceActivationSpec();
        var elsewhere = new org.millrace.ra.inflow.MillraceActivationSpec();
        elsewhere.setUrl("millrace://127.0.0.1:1?connectTimeoutMillis=200");

        XAResource[] resources =
                adapter.getXAResources(new jakarta.resource.spi.ActivationSpec[] {spec, elsewhere});

        assertThat(resources).hasSize(2);
        Xid[] found = resources[0].recover(XAResource.TMSTARTRSCAN);
        assertThat(found).hasSize(1);
        assertThat(resources[0].recover(XAResource.TMENDRSCAN)).isEmpty();
        resources[0].commit(found[0], false);
        assertThat(resources[0].recover(XAResource.TMSTARTRSCAN)).isEmpty();
        assertThat(receiveElsewhere("doubt")).isEqualTo("sent");
        assertThatThrownBy(() -> resources[1].recover(XAResource.TMSTARTRSCAN))
                .isInstanceOf(XAException.class)
                .extracting("errorCode")
                .isEqualTo(XAException.XAER_RMFAIL);
        try (Connection connection = connections().createConnection()) {
            assertThat(resources[0].isSameRM(pool.connection.getXAResource())).isTrue();
        }
    }

    // ---- contract of the pool

    @Test
    @Spec({"OUT-8", "OUT-16"})
    void brokenConnectionIsReportedOnceAndNotMatched() throws Exception {
        factory.setUrl(URL + "?reconnect=false");
        Connection connection = connections().createConnection();
        ManagedConnection managed = pool.connection;
        assertThat(factory.getInvalidConnections(Set.of(managed))).isEmpty();

        broker.close();

        assertThatThrownBy(() -> connection.createSession().createTemporaryQueue())
                .isInstanceOf(JMSException.class);
        connection.close();
        assertThat(pool.events).containsExactly("error");
        assertThat(factory.getInvalidConnections(Set.of(managed))).containsExactly(managed);
        assertThat(factory.matchManagedConnections(Set.of(managed), null, null)).isNull();
        broker = EmbeddedBroker.start(NAME, Map.of());
        connections().createConnection().close();
        assertThat(pool.made).isEqualTo(2);
    }

    @Test
    @Spec({"OUT-5", "OUT-6"})
    void connectionsMatchTheirUserOnly() throws Exception {
        ManagedConnection anybody = factory.createManagedConnection(null, null);
        assertThat(factory.matchManagedConnections(Set.of(anybody), null, null)).isSameAs(anybody);
        Subject somebody = new Subject();
        PasswordCredential credential = new PasswordCredential("somebody", "secret".toCharArray());
        credential.setManagedConnectionFactory(factory);
        somebody.getPrivateCredentials().add(credential);
        assertThat(factory.matchManagedConnections(Set.of(anybody), somebody, null)).isNull();
        assertThatThrownBy(() -> anybody.getConnection(somebody, null))
                .isInstanceOf(jakarta.resource.spi.SecurityException.class);
        assertThatThrownBy(() -> factory.createManagedConnection(new Subject(), null))
                .isInstanceOf(jakarta.resource.spi.SecurityException.class);
        anybody.destroy();
        anybody.destroy();
    }

    @Test
    @Spec({"OUT-7", "OUT-9"})
    void handleCanBeMovedToAnotherConnection() throws Exception {
        ManagedConnection one = factory.createManagedConnection(null, null);
        ManagedConnection other = factory.createManagedConnection(null, null);
        Connection handle = (Connection) one.getConnection(null, null);
        other.associateConnection(handle);
        one.destroy();
        Session session = handle.createSession();
        session.createProducer(session.createQueue("moved"))
                .send(session.createTextMessage("text"));
        assertThat(receiveElsewhere("moved")).isEqualTo("text");
        assertThat(other.getMetaData().getEISProductName()).isEqualTo("Millrace");
        other.cleanup();
        other.cleanup();
        assertThatThrownBy(handle::createSession)
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        other.destroy();
    }

    @Test
    void brokerThatIsNotThereIsNamed() throws Exception {
        factory.setUrl("millrace://127.0.0.1:1?connectTimeoutMillis=200");
        assertThatThrownBy(() -> connections().createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("127.0.0.1:1");
        assertThatThrownBy(() -> connections().createContext())
                .isInstanceOf(JMSRuntimeException.class);
    }

    // ---- the adapter

    @Test
    void brokerInsideTheServerStartsAndStopsWithTheAdapter() throws Exception {
        try (FakeServer server = new FakeServer()) {
            MillraceResourceAdapter adapter = new MillraceResourceAdapter();
            adapter.setUrl("vm://inside");
            adapter.setEmbedded("transaction.max-bytes=65536; anonymous=allow");
            adapter.start(server);
            factory.setUrl(null);
            factory.setResourceAdapter(adapter);
            try (JMSContext context = connections().createContext()) {
                context.createProducer().send(context.createQueue("inside"), "text");
                assertThat(
                                context.createConsumer(context.createQueue("inside"))
                                        .receiveBody(String.class, 10_000))
                        .isEqualTo("text");
            }
            pool.destroy();
            adapter.stop();

            MillraceResourceAdapter wrong = new MillraceResourceAdapter();
            wrong.setUrl("vm://inside");
            wrong.setEmbedded("colour=red");
            assertThatThrownBy(() -> wrong.start(server)).hasMessageContaining("colour");
            wrong.setEmbedded("anonymous");
            assertThatThrownBy(() -> wrong.start(server))
                    .hasMessageContaining("property embedded has 'anonymous'");
            wrong.setUrl("millrace://elsewhere");
            wrong.setEmbedded("anonymous=allow");
            assertThatThrownBy(() -> wrong.start(server))
                    .hasMessageContaining("property url is 'millrace://elsewhere'");
        }
    }
}
