package org.millrace.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAResource;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.jms.client.ConnectorDoor;
import org.millrace.ra.inflow.Activation;
import org.millrace.ra.inflow.ActivationPlan;
import org.millrace.ra.inflow.AdapterThread;
import org.millrace.ra.inflow.MillraceActivationSpec;

/**
 * The adapter as a server starts and stops it (Jakarta Connectors 2.1). A JavaBean until {@link
 * #start}; then any thread.
 *
 * <p>What is configured wrong, or a broker that is not there, keeps no server from starting: it is
 * logged, and tried again as long as it takes.
 */
public final class MillraceResourceAdapter implements ResourceAdapter {
    private static final Logger LOG = Logger.getLogger(MillraceResourceAdapter.class.getName());

    private String url;
    private String user;
    private String userName;
    private String password;
    private String clientId;
    private String embedded;

    private final Map<Endpoint, Activation> activations = new ConcurrentHashMap<>();
    private final InstantSource clock = InstantSource.system();
    private volatile AdapterThread thread;
    private EmbeddedBroker broker;
    private volatile TransactionSynchronizationRegistry transactions;

    /** Activations with equal contents are separate ones: told apart by identity. */
    private record Endpoint(MessageEndpointFactory factory, ActivationSpec spec) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Endpoint that && factory == that.factory && spec == that.spec;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(factory) + System.identityHashCode(spec);
        }
    }

    // ---- properties

    /** Where the broker is, unless a connection factory or an activation says otherwise. */
    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user;
    }

    public String getUserName() {
        return userName;
    }

    public void setUserName(String userName) {
        this.userName = userName;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public String getClientId() {
        return clientId;
    }

    public void setClientId(String clientId) {
        this.clientId = clientId;
    }

    /** Settings of a broker in this server, {@code key=value;key=value}; empty for none. */
    public String getEmbedded() {
        return embedded;
    }

    public void setEmbedded(String embedded) {
        this.embedded = embedded;
    }

    /** What the properties say about connections. */
    public ConnectionSettings settings() {
        return new ConnectionSettings(
                url, user == null || user.isEmpty() ? userName : user, password, clientId);
    }

    // ---- life cycle

    @Override
    public void start(BootstrapContext context) throws ResourceAdapterInternalException {
        transactions = context.getTransactionSynchronizationRegistry();
        thread = new AdapterThread(context.getWorkManager());
        if (embedded != null && !embedded.isBlank()) {
            startBroker();
        }
        LOG.log(Level.INFO, "Millrace resource adapter has started for {0}", settings());
    }

    /** A broker of this server that cannot start is a reason not to start the adapter. */
    private void startBroker() throws ResourceAdapterInternalException {
        try (OwnLoader own = OwnLoader.enter()) {
            String name = EmbeddedSettings.brokerName(settings().url());
            broker = EmbeddedBroker.start(name, EmbeddedSettings.parse(embedded));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            thread.close();
            throw new ResourceAdapterInternalException(refused.getMessage(), refused);
        }
    }

    @Override
    public void stop() {
        List.copyOf(activations.values()).forEach(Activation::stop);
        activations.clear();
        if (thread != null) {
            thread.close();
            thread = null;
        }
        if (broker != null) {
            broker.close();
            broker = null;
        }
        ConnectorDoor.endIdleThreads();
        LOG.log(Level.INFO, "Millrace resource adapter has stopped");
    }

    /** Whether the calling thread is in a transaction of the server. */
    public boolean isInTransaction() {
        TransactionSynchronizationRegistry registry = transactions;
        return registry != null && registry.getTransactionKey() != null;
    }

    // ---- inflow

    /** Waits for nothing: the broker may be down. */
    @Override
    public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec)
            throws ResourceException {
        MillraceActivationSpec ours = require(spec);
        AdapterThread running = thread;
        if (running == null) {
            throw new ResourceException(
                    "%s cannot be activated: the adapter is not started".formatted(spec));
        }
        ActivationPlan plan = ActivationPlan.of(ours, settings(), factory);
        Activation activation = new Activation(plan, ours, factory, running, clock);
        if (activations.putIfAbsent(new Endpoint(factory, spec), activation) != null) {
            throw new ResourceException("%s is active already".formatted(activation));
        }
        activation.start();
    }

    private MillraceActivationSpec require(ActivationSpec spec) throws ResourceException {
        if (spec instanceof MillraceActivationSpec ours) {
            return ours;
        }
        throw new ResourceException(spec + " is not an activation of this adapter");
    }

    /** Waits for deliveries that are under way. */
    @Override
    public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
        Activation activation = activations.remove(new Endpoint(factory, spec));
        if (activation != null) {
            activation.stop();
        }
    }

    /** One for each spec, made of what that spec says; connects only when it is used. */
    @Override
    public XAResource[] getXAResources(ActivationSpec[] specs) throws ResourceException {
        XAResource[] resources = new XAResource[specs.length];
        for (int i = 0; i < specs.length; i++) {
            MillraceActivationSpec ours = require(specs[i]);
            resources[i] =
                    new RecoveryResource(() -> ours.settingsOver(settings()), String.valueOf(ours));
        }
        return resources;
    }

    // ---- identity

    @Override
    public boolean equals(Object other) {
        return other instanceof MillraceResourceAdapter that
                && properties().equals(that.properties());
    }

    @Override
    public int hashCode() {
        return properties().hashCode();
    }

    private List<String> properties() {
        return Arrays.asList(url, user, userName, password, clientId, embedded);
    }

    @Override
    public String toString() {
        return "Millrace resource adapter for " + settings();
    }
}
