package org.millrace.ra.inflow;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.millrace.ra.Complaints;
import org.millrace.ra.ConnectionSettings;
import org.millrace.ra.OwnLoader;

/**
 * One message-driven bean that is being fed: connects, and connects again as long as it takes, on
 * threads of the server's work manager. Any thread.
 *
 * <pre>
 * NEW -> CONNECTING -> RUNNING -> CONNECTING (connection lost) ...
 *            |  ^                     |
 *            +--+ (refused: later)    |
 *            +------> STOPPED <-------+
 * </pre>
 */
public final class Activation {
    private static final Logger LOG = Logger.getLogger(Activation.class.getName());

    private enum State {
        NEW,
        CONNECTING,
        RUNNING,
        STOPPED
    }

    private final ActivationPlan plan;
    private final MillraceActivationSpec spec;
    private final MessageEndpointFactory factory;
    private final AdapterThread thread;
    private final Complaints complaints;
    private final Complaints deliveryComplaints;
    private final Method onMessage;
    private final boolean transacted;

    private State state = State.NEW;
    private InflowConnection connection;
    private Source source;
    private Optional<ConnectionSettings> settings = Optional.empty();
    private boolean hasBegun;

    /** Connections that are gone, on which a delivery may still be under way. */
    private final List<InflowConnection> lost = new ArrayList<>();

    /**
     * Nothing happens before {@link #start}.
     *
     * @throws ResourceException when the endpoint is not a message listener
     */
    public Activation(
            ActivationPlan plan,
            MillraceActivationSpec spec,
            MessageEndpointFactory factory,
            AdapterThread thread,
            InstantSource clock)
            throws ResourceException {
        this.plan = plan;
        this.spec = spec;
        this.factory = factory;
        this.thread = thread;
        this.complaints = new Complaints(LOG, clock);
        this.deliveryComplaints = new Complaints(LOG, clock);
        try {
            this.onMessage = MessageListener.class.getMethod("onMessage", Message.class);
            this.transacted = factory.isDeliveryTransacted(onMessage);
        } catch (NoSuchMethodException notAListener) {
            throw new ResourceException(
                    plan.bean() + " is not a jakarta.jms.MessageListener", notAListener);
        }
    }

    // ---- what its sessions need

    ActivationPlan plan() {
        return plan;
    }

    MessageEndpointFactory factory() {
        return factory;
    }

    AdapterThread thread() {
        return thread;
    }

    Complaints deliveryComplaints() {
        return deliveryComplaints;
    }

    Method onMessage() {
        return onMessage;
    }

    /** Whether the server wraps a transaction around each delivery. */
    boolean isTransacted() {
        return transacted;
    }

    // ---- life cycle

    /** Begins to connect; waits for nothing. */
    public void start() {
        synchronized (this) {
            become(State.CONNECTING, "activated");
            // Here, because names of the component's own can be seen by this thread only.
            lookUp();
        }
        thread.submit(new SetUp());
    }

    /** Once found, it stays what it is; not found is tried again when connecting. */
    private void lookUp() {
        try {
            source = Lookup.source(plan, spec);
            settings = Optional.of(Lookup.settings(plan));
        } catch (JMSException notThere) {
            LOG.log(Level.FINE, "{0}: {1}", new Object[] {plan.bean(), notThere.getMessage()});
        }
    }

    /** Connects once; what comes next is up to how it went. */
    private final class SetUp implements Work {
        @Override
        public void run() {
            try (OwnLoader own = OwnLoader.enter()) {
                setUp();
            }
        }

        @Override
        public void release() {
            // Ends by itself: connecting has a time limit, and nothing is done after a stop.
        }

        @Override
        public String toString() {
            return "set-up of " + plan.bean();
        }
    }

    private void setUp() {
        if (!isConnecting()) {
            return;
        }
        ConnectionSettings broker = plan.settings().orElse(plan.defaults());
        InflowConnection opened;
        try {
            broker = takeSettings();
            opened = InflowConnection.open(this, broker, takeSource());
        } catch (JMSException | RuntimeException | Error refused) {
            // Errors, too: a bean must not be deaf because of a class that was not found once.
            complaints.warn(
                    "%s cannot receive from %s at %s, tries again every %d ms"
                            .formatted(
                                    plan.bean(),
                                    name(),
                                    broker,
                                    plan.reconnectInterval().toMillis()),
                    reason(refused));
            thread.submit(new SetUp(), plan.reconnectInterval());
            return;
        }
        if (!keep(opened)) {
            opened.close();
            return;
        }
        complaints.over(plan.bean() + " receives again");
        LOG.log(
                Level.INFO,
                "{0} receives from {1} at {2}, {3} at a time{4}",
                new Object[] {
                    plan.bean(),
                    opened.source(),
                    broker,
                    opened.sessionCount(),
                    transacted ? ", in transactions" : ""
                });
        try {
            opened.startDelivery();
        } catch (JMSException | RuntimeException | Error broken) {
            onFailure(opened, broken);
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof JMSException ? failure.getMessage() : failure.toString();
    }

    private synchronized boolean isConnecting() {
        return state == State.CONNECTING;
    }

    private synchronized Source takeSource() throws JMSException {
        if (source == null) {
            source = Lookup.source(plan, spec);
        }
        return source;
    }

    private synchronized ConnectionSettings takeSettings() throws JMSException {
        if (settings.isEmpty()) {
            settings = Optional.of(Lookup.settings(plan));
        }
        return settings.get();
    }

    private synchronized String name() {
        return source == null ? plan.destinationLookup() : source.toString();
    }

    /** Only the first consumer of an activation begins where it is told; later ones go on. */
    synchronized Source.Begin nextBegin() {
        return hasBegun ? Source.Begin.WHERE_IT_IS : Source.Begin.FROM;
    }

    private synchronized boolean keep(InflowConnection opened) {
        if (state != State.CONNECTING) {
            return false;
        }
        connection = opened;
        hasBegun = true;
        become(State.RUNNING, "connected");
        return true;
    }

    /** The connection will not come back. Waits for nothing; the first call of one counts. */
    void onFailure(InflowConnection failed, Throwable cause) {
        synchronized (this) {
            if (state != State.RUNNING || connection != failed) {
                return;
            }
            connection = null;
            lost.removeIf(InflowConnection::isQuiet);
            lost.add(failed);
            become(State.CONNECTING, "connection lost");
        }
        complaints.warn(
                "%s has lost its connection to %s, connects again".formatted(plan.bean(), name()),
                reason(cause));
        thread.submit(new TearDown(failed));
    }

    /** Closes what is lost, then connects again. */
    private final class TearDown implements Work {
        private final InflowConnection failed;

        TearDown(InflowConnection failed) {
            this.failed = failed;
        }

        @Override
        public void run() {
            try (OwnLoader own = OwnLoader.enter()) {
                reconnect();
            }
        }

        private void reconnect() {
            try {
                failed.abandon();
            } catch (RuntimeException | Error broken) {
                LOG.log(Level.WARNING, "connection of " + plan.bean() + " was not closed", broken);
            }
            if (failed.sessionCount() == 1) {
                // One at a time, and in order, across the loss of a connection, too.
                failed.awaitQuiet();
            }
            setUp();
        }

        @Override
        public void release() {
            // As for SetUp.
        }

        @Override
        public String toString() {
            return "reconnect of " + plan.bean();
        }
    }

    /** Ends deliveries and waits for those under way. Any number of times. */
    public void stop() {
        Optional<InflowConnection> running;
        List<InflowConnection> ending;
        synchronized (this) {
            if (state == State.STOPPED) {
                return;
            }
            become(State.STOPPED, "deactivated");
            running = Optional.ofNullable(connection);
            connection = null;
            ending = List.copyOf(lost);
            lost.clear();
        }
        running.ifPresent(InflowConnection::close);
        ending.forEach(InflowConnection::awaitQuiet);
    }

    private void become(State next, String reason) {
        LOG.log(
                Level.FINE,
                "{0}: {1} -> {2} ({3})",
                new Object[] {plan.bean(), state, next, reason});
        state = next;
    }

    @Override
    public String toString() {
        return "activation of " + plan.bean();
    }
}
