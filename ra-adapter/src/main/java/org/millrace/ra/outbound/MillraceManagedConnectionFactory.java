package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.millrace.ra.ConnectionSettings;
import org.millrace.ra.MillraceResourceAdapter;
import org.millrace.ra.OwnLoader;

/**
 * What a server configures for {@code jakarta.jms.ConnectionFactory}. What it does not say is the
 * adapter's. A JavaBean until it is used; then any thread.
 *
 * <p>Servers call the user's property {@code user} or {@code userName}; both are here.
 */
public sealed class MillraceManagedConnectionFactory
        implements ManagedConnectionFactory,
                ValidatingManagedConnectionFactory,
                ResourceAdapterAssociation
        permits MillraceQueueManagedConnectionFactory, MillraceTopicManagedConnectionFactory {
    private static final long serialVersionUID = 1L;

    private String url;
    private String user;
    private String userName;
    private String password;
    private String clientId;
    private transient MillraceResourceAdapter adapter;
    private transient PrintWriter logWriter;

    // ---- properties

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

    @Override
    public ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter wanted) throws ResourceException {
        if (adapter != null && !adapter.equals(wanted)) {
            throw new ResourceException("resource adapter is set already");
        }
        if (!(wanted instanceof MillraceResourceAdapter ours)) {
            throw new ResourceException(wanted + " is not this adapter");
        }
        adapter = ours;
    }

    // ---- what they mean

    /** What this one says, and for the rest the adapter. */
    public ConnectionSettings settings() {
        ConnectionSettings own =
                new ConnectionSettings(
                        url, user == null || user.isEmpty() ? userName : user, password, clientId);
        return adapter == null ? own : own.orElse(adapter.settings());
    }

    Domain domain() {
        return Domain.COMMON;
    }

    boolean isInTransaction() {
        return adapter != null && adapter.isInTransaction();
    }

    /** Whoever the container names, else whoever the application names, else as configured. */
    ConnectionSettings settingsFor(Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        ConnectionSettings configured = settings();
        if (subject != null) {
            PasswordCredential credential = credentialOf(subject);
            return credential.getUserName() == null || credential.getUserName().isEmpty()
                    ? configured
                    : configured.as(credential.getUserName(), new String(credential.getPassword()));
        }
        if (request == null || request.equals(ConnectionRequest.ANYBODY)) {
            return configured;
        }
        if (request instanceof ConnectionRequest ours) {
            return configured.as(ours.user(), ours.password());
        }
        throw new ResourceException(request + " is not a request of this adapter");
    }

    private PasswordCredential credentialOf(Subject subject) throws ResourceException {
        for (PasswordCredential each : subject.getPrivateCredentials(PasswordCredential.class)) {
            if (equals(each.getManagedConnectionFactory())) {
                return each;
            }
        }
        throw new jakarta.resource.spi.SecurityException(
                "the container gave a subject without a password credential for this connection factory");
    }

    // ---- contract

    @Override
    public Object createConnectionFactory(ConnectionManager manager) throws ResourceException {
        return new ConnectionFactoryHandle(this, manager);
    }

    /** Outside a server: each connection is one of its own. */
    @Override
    public Object createConnectionFactory() throws ResourceException {
        return createConnectionFactory(new UnpooledConnections());
    }

    /** Connects; both arguments may be null, as for recovery. */
    @Override
    public ManagedConnection createManagedConnection(Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        try (OwnLoader own = OwnLoader.enter()) {
            return MillraceManagedConnection.open(this, settingsFor(subject, request));
        }
    }

    @Override
    @SuppressWarnings("rawtypes")
    public ManagedConnection matchManagedConnections(
            Set candidates, Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        ConnectionSettings wanted = settingsFor(subject, request);
        for (Object candidate : candidates) {
            if (candidate instanceof MillraceManagedConnection ours
                    && ours.fits(domain(), wanted)) {
                return ours;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Set<Object> getInvalidConnections(Set candidates) {
        Set<Object> invalid = new LinkedHashSet<>();
        for (Object candidate : candidates) {
            if (candidate instanceof MillraceManagedConnection ours && !ours.isUsable()) {
                invalid.add(ours);
            }
        }
        return invalid;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        logWriter = out;
    }

    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MillraceManagedConnectionFactory that
                && getClass() == that.getClass()
                && properties().equals(that.properties())
                && Objects.equals(adapter, that.adapter);
    }

    @Override
    public int hashCode() {
        return properties().hashCode();
    }

    private List<String> properties() {
        return Arrays.asList(getClass().getName(), url, user, userName, password, clientId);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " for " + settings();
    }
}
