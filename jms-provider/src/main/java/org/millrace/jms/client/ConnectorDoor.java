package org.millrace.jms.client;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import javax.transaction.xa.XAResource;
import org.millrace.jms.link.ClientLoops;

/**
 * What a resource adapter needs of this client beyond {@code jakarta.jms}. Takes objects of this
 * client only; another provider's are a {@link ClassCastException}.
 */
public final class ConnectorDoor {
    private ConnectorDoor() {}

    /** The simplified API over a session that is open; not to be closed. */
    public static JMSContext contextOver(Session session) throws JMSException {
        return JmsContext.over((JmsSession) session);
    }

    /** Whether the connection has a link, or one that is being opened again. Any thread. */
    public static boolean isUsable(Connection connection) {
        try {
            ((JmsConnection) connection).checkOpen();
            return true;
        } catch (JMSException gone) {
            return false;
        }
    }

    /**
     * From now on nothing that the session does counts outside of a branch: it throws {@code
     * TransactionRolledBackException}, a receive that waits just now included. For a transaction
     * that is ended while its application works on. Any thread; until the session begins a branch,
     * or {@link #allowOutside}.
     */
    public static void refuseOutside(XAResource resource) {
        ((JmsXaResource) resource).onlyInBranch(true);
    }

    /** Takes {@link #refuseOutside} back. */
    public static void allowOutside(XAResource resource) {
        ((JmsXaResource) resource).onlyInBranch(false);
    }

    /**
     * Ends what threads the client still has, for an adapter whose classes are about to be
     * unloaded. Waits for them.
     */
    public static void endIdleThreads() {
        ClientLoops.endIdle();
    }

    /**
     * Has messages sent ahead to a consumer without a listener, so that the caller can take them on
     * a thread of its choice, within a transaction that it begins when one is there.
     *
     * @param arrival called on the client event loop, with every portion that arrives and when the
     *     consumer ends; must not wait
     */
    public static Inflow feed(MessageConsumer consumer, Runnable arrival) throws JMSException {
        JmsMessageConsumer ours = (JmsMessageConsumer) consumer;
        ours.feed(arrival);
        return new Inflow(ours);
    }

    /** A consumer that is fed. Used by one thread at a time. */
    public static final class Inflow {
        private final JmsMessageConsumer consumer;

        private Inflow(JmsMessageConsumer consumer) {
            this.consumer = consumer;
        }

        /** Whether {@link #take} would give a message, or throw because none will ever come. */
        public boolean hasSomething() {
            return consumer.hasUnseen();
        }

        /**
         * Messages that were delivered more often than this go to the dead-letter queue until the
         * next one was not. Outside transactions only.
         */
        public void rejectBeyond(int maxDeliveries) throws JMSException {
            consumer.rejectBeyond(maxDeliveries);
        }

        /** The next message that is here; null when the broker has taken it back meanwhile. */
        public Message take() throws JMSException {
            return consumer.takeHere();
        }
    }
}
