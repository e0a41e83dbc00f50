package org.millrace.jms.client;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Topic;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.foundation.Loop;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.ClientLoops;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.jms.message.Origin;
import org.millrace.wire.Address;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection (§6.1): one link, any number of sessions, the client identifier, start and stop. Any
 * thread.
 */
public sealed class JmsConnection implements Connection
        permits JmsQueueConnection, JmsTopicConnection, JmsXaConnection {
    private static final Logger LOG = LoggerFactory.getLogger(JmsConnection.class);

    private final MillraceUri uri;
    private final ConnectionOptions options;
    private final Credentials credentials;
    private final CallbackThreads threads;
    private final ExceptionNotifier notifier;
    private final ClientIdentity identity;
    private final Endpoints endpoints;
    private final ClientLoops loops;
    private final Restoration restoration;
    private final Set<SessionCore> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Object startStop = new Object();
    private boolean started;
    private volatile boolean closed;

    // Set by open(), before anybody else has the connection.
    private InstantSource clock;
    private ClientLink link;

    public JmsConnection(MillraceUri uri, ConnectionOptions options, Credentials credentials) {
        this.uri = uri;
        this.options = options;
        this.credentials = credentials;
        this.threads =
                new CallbackThreads("connection", Thread.currentThread().getContextClassLoader());
        this.notifier = new ExceptionNotifier(threads);
        this.identity = new ClientIdentity(options.clientId());
        this.endpoints = new Endpoints(new LinkWatch());
        this.restoration = new Restoration(identity, endpoints);
        this.loops = ClientLoops.of(uri.transport());
    }

    /**
     * Connects, authenticates and claims the administered client identifier; called once, before
     * anything else. The connection is stopped then (§6.1.4).
     *
     * @throws jakarta.jms.JMSSecurityException for wrong credentials
     * @throws jakarta.jms.InvalidClientIDException when the client identifier is in use
     */
    public void open() throws JMSException {
        Loop loop = loops.acquire();
        clock = loop.clock();
        boolean opened = false;
        try {
            link =
                    new ClientLink(
                            new ClientLink.Target(
                                    uri,
                                    credentials,
                                    options.connectTimeout(),
                                    options.reconnect()),
                            loop,
                            endpoints,
                            restoration,
                            new SplittableRandom());
            link.connect();
            opened = true;
        } finally {
            if (!opened) {
                if (link != null) {
                    link.close();
                }
                loops.release();
            }
        }
    }

    // ---- rooms

    final ConnectionOptions options() {
        return options;
    }

    final InstantSource clock() {
        return clock;
    }

    final Endpoints endpoints() {
        return endpoints;
    }

    final ClientLink link() {
        return link;
    }

    final String clientIdOrEmpty() {
        return identity.clientId();
    }

    final Origin origin() {
        String userId = options.userIds() == UserIdPolicy.POPULATED ? link.user() : "";
        return new Origin(restoration.connectionId(), identity.clientId(), userId);
    }

    // ---- sessions

    @Override
    public JmsSession createSession() throws JMSException {
        return new JmsSession(openSession(AckMode.AUTO));
    }

    @Override
    public JmsSession createSession(int sessionMode) throws JMSException {
        return new JmsSession(openSession(AckMode.of(sessionMode)));
    }

    @Override
    public JmsSession createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return new JmsSession(openSession(AckMode.of(transacted, acknowledgeMode)));
    }

    final SessionCore openSession(AckMode mode) throws JMSException {
        use();
        SessionCore session = new SessionCore(this, mode, threads);
        restoration.add(session);
        try {
            session.open();
        } catch (JMSException refused) {
            restoration.remove(session);
            throw refused;
        }
        synchronized (startStop) {
            sessions.add(session);
            if (started) {
                session.inbox().start();
            }
        }
        if (closing.get()) {
            session.closeInOrder();
            throw Failures.closed("connection");
        }
        return session;
    }

    /** The session is about to be closed at the broker. */
    final void notToBeRestored(SessionCore session) {
        restoration.remove(session);
    }

    /** The session has closed itself. */
    final void forget(SessionCore session) {
        sessions.remove(session);
    }

    // ---- identity and metadata

    @Override
    public String getClientID() throws JMSException {
        checkOpen();
        String clientId = identity.clientId();
        return clientId.isEmpty() ? null : clientId;
    }

    @Override
    public void setClientID(String clientId) throws JMSException {
        checkOpen();
        identity.set(
                clientId,
                wanted ->
                        link.request(id -> new Frame.SetClientId(id, wanted))
                                .await(Done.class, options.requestTimeout()));
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        checkOpen();
        return JmsConnectionMetaData.INSTANCE;
    }

    @Override
    public ExceptionListener getExceptionListener() throws JMSException {
        checkOpen();
        return notifier.listener();
    }

    @Override
    public void setExceptionListener(ExceptionListener listener) throws JMSException {
        checkOpen();
        notifier.setListener(listener);
    }

    // ---- start, stop, close

    @Override
    public void start() throws JMSException {
        use();
        synchronized (startStop) {
            if (!started) {
                started = true;
                sessions.forEach(session -> session.inbox().start());
            }
        }
    }

    /** Waits for running listeners; not to be called from one (§6.1.5). */
    @Override
    public void stop() throws JMSException {
        use();
        checkNotInListener("stop");
        synchronized (startStop) {
            started = false;
            sessions.forEach(session -> session.inbox().pause());
        }
        sessions.forEach(session -> session.inbox().awaitNoListener());
    }

    /** Waits for running listeners and asynchronous sends (§6.1.8); any number of times. */
    @Override
    public void close() throws JMSException {
        if (closed) {
            return;
        }
        checkNotInListener("close");
        for (SessionCore session : sessions) {
            session.checkNotInCallback("close of the connection");
        }
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        link.leave();
        List<SessionCore> all = List.copyOf(sessions);
        all.forEach(SessionCore::beginClose);
        all.forEach(SessionCore::closeInOrder);
        closed = true;
        try {
            link.request(Frame.CloseConnection::new)
                    .awaitThroughInterrupts(Done.class, options.closeTimeout());
        } catch (JMSException lost) {
            LOG.debug(
                    "connection {} closed without an answer: {}",
                    restoration.connectionId(),
                    lost.getMessage());
        } finally {
            link.close();
            loops.release();
        }
    }

    private void checkNotInListener(String what) throws JMSException {
        for (SessionCore session : sessions) {
            if (session.isInListener()) {
                throw Failures.illegalState(
                        what + " called from a MessageListener of the same connection (§6.1.5)");
            }
        }
    }

    final void checkOpen() throws JMSException {
        if (closed) {
            throw Failures.closed("connection");
        }
        link.checkAlive();
    }

    /** What makes it too late for {@code setClientID}. */
    final void use() throws JMSException {
        checkOpen();
        identity.freeze();
    }

    // ---- temporary destinations

    /** Named by the broker; gone with this connection (§6.2.2). */
    final String createTemporary(Address.Kind kind) throws JMSException {
        use();
        return link.request(
                        id -> new Frame.CreateTemporary(id, kind),
                        reply ->
                                reply.answerIf(Frame.TemporaryCreated.class)
                                        .map(created -> Address.of(kind, created.name()))
                                        .ifPresent(restoration::add))
                .await(Frame.TemporaryCreated.class, options.requestTimeout())
                .name();
    }

    final void deleteTemporary(Address temporary) throws JMSException {
        checkOpen();
        Reply reply =
                link.request(
                        id -> new Frame.DeleteTemporary(id, temporary),
                        answer ->
                                answer.answerIf(Done.class)
                                        .ifPresent(done -> restoration.remove(temporary)));
        try {
            reply.await(Done.class, options.requestTimeout());
        } catch (InvalidDestinationException unknown) {
            if (!reply.wasAskedAgain()) {
                throw unknown;
            }
        }
    }

    // ---- what is not offered

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw noConnectionConsumer();
    }

    final JMSException noConnectionConsumer() throws JMSException {
        use();
        return Failures.unsupported("ConnectionConsumer (optional, §11.1)");
    }

    /** Hears what concerns the connection as a whole; on the client event loop. */
    private final class LinkWatch implements Endpoints.Owner {
        @Override
        public void onConsumerEnded(JMSException why) {
            notifier.tell(why);
        }

        @Override
        public void onRefused(JMSException why) {
            notifier.tell(why);
        }

        @Override
        public void onLost(JMSException why) {
            restoration.lineLost();
            tell(why);
        }

        @Override
        public void onOpened(int lineNumber) {
            restoration.restored(
                    lineNumber,
                    close -> {
                        Reply unused = link.request(close);
                    });
        }

        @Override
        public void onEnded(JMSException why) {
            restoration.linkEnded(why);
            tell(why);
        }

        private void tell(JMSException why) {
            if (!closing.get()) {
                notifier.tell(why);
            }
        }
    }
}
