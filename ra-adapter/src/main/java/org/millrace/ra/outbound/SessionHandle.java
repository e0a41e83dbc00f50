package org.millrace.ra.outbound;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TransactionInProgressException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A {@code Session} or {@code JMSContext} as an application in a container has it: a proxy over the
 * session of a managed connection that keeps the rules of §12.2 and §12.3 and forgets nothing that
 * was opened through it. Used by the application's thread; {@link #close} by any.
 *
 * <p>Proxies, because the two interfaces have a hundred methods that are passed on and ten that are
 * not.
 */
final class SessionHandle implements InvocationHandler {
    private static final Logger LOG = Logger.getLogger(SessionHandle.class.getName());

    private final ConnectionHandle connection;
    private final Object physical;
    private final int mode;
    private final Set<Object> opened = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    private SessionHandle(ConnectionHandle connection, Object physical, int mode) {
        this.connection = connection;
        this.physical = physical;
        // §12.3: the others are not for containers.
        this.mode = mode == Session.DUPS_OK_ACKNOWLEDGE ? mode : Session.AUTO_ACKNOWLEDGE;
    }

    /**
     * @throws JMSException when there is no such mode
     */
    static void checkMode(int mode) throws JMSException {
        if (mode < Session.SESSION_TRANSACTED || mode > Session.DUPS_OK_ACKNOWLEDGE) {
            throw new JMSException(
                    "session mode is %d, allowed are 0 (transacted), 1 (auto), 2 (client), 3 (dups ok)"
                            .formatted(mode),
                    "INVALID_ARGUMENT");
        }
    }

    /**
     * A handle over a session or context.
     *
     * @param mode as the application asked; counts outside transactions only
     */
    static <T> T of(Class<T> type, ConnectionHandle connection, Object physical, int mode)
            throws JMSException {
        SessionHandle handle = new SessionHandle(connection, physical, mode);
        connection.opened(handle);
        return type.cast(
                Proxy.newProxyInstance(
                        SessionHandle.class.getClassLoader(), new Class<?>[] {type}, handle));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return Call.ofObject(proxy, physical, method, arguments);
        }
        if (method.getName().equals("close")) {
            connection.closed(this, method.getDeclaringClass());
            return null;
        }
        if (isClosed()) {
            throw Call.fitting(method, Failures.closed("session"));
        }
        if (Refusals.refuses(method) || method.getName().equals("createContext")) {
            throw Call.fitting(method, Failures.notInContainer(method.getName()));
        }
        return switch (method.getName()) {
            case "getTransacted" -> connection.isInTransaction();
            case "getAcknowledgeMode", "getSessionMode" ->
                    connection.isInTransaction() ? Session.SESSION_TRANSACTED : mode;
            case "acknowledge" -> null;
            case "commit", "rollback", "recover" ->
                    throw Call.fitting(method, notTheApplications(method.getName()));
            default -> adopt(pass(physical, method, arguments));
        };
    }

    private JMSException notTheApplications(String method) throws JMSException {
        return connection.isInTransaction()
                ? new TransactionInProgressException(
                        method + " in a transaction of the container (§12.3)", "ILLEGAL_STATE")
                : new jakarta.jms.IllegalStateException(
                        method + " on a session that is not transacted", "ILLEGAL_STATE");
    }

    /** Passes a call on; a connection that turns out to be broken is reported before it returns. */
    Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            if (!method.getName().equals("close")) {
                connection.managed().checkNotOver();
            }
        } catch (JMSException over) {
            throw Call.fitting(method, over);
        }
        try {
            return Call.pass(target, method, arguments);
        } catch (Throwable thrown) {
            if (Call.isMessaging(thrown)) {
                connection.reportIfBroken((Exception) thrown);
            }
            throw thrown;
        }
    }

    /** Remembers what has to be closed with this handle. */
    private Object adopt(Object result) {
        boolean isEndpoint =
                result instanceof MessageProducer
                        || result instanceof MessageConsumer
                        || result instanceof JMSConsumer
                        || result instanceof QueueBrowser;
        boolean isTemporary = result instanceof TemporaryQueue || result instanceof TemporaryTopic;
        if (isEndpoint || isTemporary) {
            synchronized (opened) {
                opened.add(result);
            }
        }
        return isEndpoint || result instanceof JMSProducer
                ? EndpointHandle.of(this, result)
                : result;
    }

    void forget(Object endpoint) {
        synchronized (opened) {
            opened.remove(endpoint);
        }
    }

    private boolean isClosed() {
        synchronized (opened) {
            return closed;
        }
    }

    /** Closes what was opened through it, temporary destinations last. Any number of times. */
    void close() {
        List<Object> all;
        synchronized (opened) {
            closed = true;
            all = new ArrayList<>(opened);
            opened.clear();
        }
        all.stream().filter(AutoCloseable.class::isInstance).forEach(SessionHandle::end);
        all.stream().filter(each -> !(each instanceof AutoCloseable)).forEach(SessionHandle::end);
    }

    private static void end(Object opened) {
        try {
            if (opened instanceof AutoCloseable endpoint) {
                endpoint.close();
            } else if (opened instanceof TemporaryQueue queue) {
                queue.delete();
            } else if (opened instanceof TemporaryTopic topic) {
                topic.delete();
            }
        } catch (Exception refused) {
            LOG.log(Level.FINE, "{0} was not closed: {1}", new Object[] {opened, refused});
        }
    }
}
