package org.millrace.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.jms.client.ConnectionOptions;
import org.millrace.jms.client.JmsConnection;
import org.millrace.jms.client.JmsContext;
import org.millrace.jms.client.JmsQueueConnection;
import org.millrace.jms.client.JmsTopicConnection;
import org.millrace.jms.client.JmsXaConnection;
import org.millrace.jms.client.JmsXaContext;
import org.millrace.jms.client.JmsXaQueueConnection;
import org.millrace.jms.client.JmsXaTopicConnection;
import org.millrace.jms.jndi.MillraceObjectFactory;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.ReconnectPolicy;
import org.millrace.jms.link.TlsOptions;
import org.millrace.wire.MillraceUri;

/**
 * Where JMS code gets its connections (§5, §6.1). A JavaBean; safe for any number of threads once
 * it is set up. Making, looking up or deserialising one touches no network.
 *
 * <p>URIs are {@code millrace://host:7272[,host:port…][?options]} and {@code vm://name[?options]};
 * options are listed at {@link ConnectionOptions}.
 */
public final class MillraceConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                XAConnectionFactory,
                XAQueueConnectionFactory,
                XATopicConnectionFactory,
                Serializable,
                Referenceable {
    /** A broker on this machine. */
    public static final String DEFAULT_URI = "millrace://localhost:7272";

    private static final long serialVersionUID = 1L;

    private String uri;
    private String user;
    private String password;
    private String clientId = "";

    /** A factory for {@link #DEFAULT_URI}. */
    public MillraceConnectionFactory() {
        this(DEFAULT_URI);
    }

    /**
     * @throws IllegalArgumentException naming what is wrong with the URI or its options
     */
    public MillraceConnectionFactory(String uri) {
        check(uri);
        this.uri = uri;
    }

    private static void check(String uri) {
        MillraceUri parsed = MillraceUri.parse(uri);
        TlsOptions.check(parsed);
        ConnectionOptions.of(parsed.options());
    }

    // ---- properties

    public String getUri() {
        return uri;
    }

    /**
     * @throws IllegalArgumentException naming what is wrong with the URI or its options
     */
    public void setUri(String uri) {
        check(uri);
        this.uri = uri;
    }

    /** Who connects when the call names nobody; null for an anonymous user. */
    public String getUser() {
        return user != null ? user : MillraceUri.parse(uri).options().get(ConnectionOptions.USER);
    }

    /** The password of the URI belongs to the user of the URI. */
    private String effectivePassword() {
        return password != null || user != null
                ? password
                : MillraceUri.parse(uri).options().get(ConnectionOptions.PASSWORD);
    }

    /** Null for none, or for the option of the URI. */
    public void setUser(String user) {
        this.user = user;
    }

    /** There is no getter: a password that was set is not shown. */
    public void setPassword(String password) {
        this.password = password;
    }

    /** The administered client identifier (§6.1.2); null for none. */
    public String getClientId() {
        String effective = options().clientId();
        return effective.isEmpty() ? null : effective;
    }

    /** Null for none, or for the option of the URI. */
    public void setClientId(String clientId) {
        this.clientId = clientId == null ? "" : clientId;
    }

    // ---- what happens when the link is lost; each is an option of the URI, too

    /** Whether a lost link is opened again. The default. */
    public boolean isReconnect() {
        return options().reconnect().lostLink() == ReconnectPolicy.LostLink.OPEN_AGAIN;
    }

    /** Without, a lost link is the end of its connection. */
    public void setReconnect(boolean reconnect) {
        setOption("reconnect", String.valueOf(reconnect));
    }

    /** About as long it waits before the first attempt; then longer and longer. */
    public int getReconnectInitialDelayMillis() {
        return (int) options().reconnect().initialDelay().toMillis();
    }

    public void setReconnectInitialDelayMillis(int millis) {
        setOption("reconnectInitialDelayMillis", String.valueOf(millis));
    }

    /** The longest wait between two attempts. */
    public int getReconnectMaxDelayMillis() {
        return (int) options().reconnect().maxDelay().toMillis();
    }

    public void setReconnectMaxDelayMillis(int millis) {
        setOption("reconnectMaxDelayMillis", String.valueOf(millis));
    }

    /** Attempts, each on all hosts, before a lost link is given up; 0 for no limit. */
    public int getReconnectAttempts() {
        return options().reconnect().reconnectRounds();
    }

    public void setReconnectAttempts(int attempts) {
        setOption("reconnectAttempts", String.valueOf(attempts));
    }

    /** As {@link #getReconnectAttempts}, for creating a connection: 1, unless told otherwise. */
    public int getConnectAttempts() {
        return options().reconnect().connectRounds();
    }

    public void setConnectAttempts(int attempts) {
        setOption("connectAttempts", String.valueOf(attempts));
    }

    /**
     * Puts the option into the URI, in place of what it says.
     *
     * @throws IllegalArgumentException when the value is not allowed
     */
    private void setOption(String name, String value) {
        int query = uri.indexOf('?');
        String place = query < 0 ? uri : uri.substring(0, query);
        List<String> options = new ArrayList<>();
        if (query >= 0) {
            options.addAll(List.of(uri.substring(query + 1).split("&")));
            options.removeIf(option -> option.startsWith(name + "="));
        }
        options.add(name + "=" + value);
        setUri(place + "?" + String.join("&", options));
    }

    private ConnectionOptions options() {
        ConnectionOptions options = ConnectionOptions.of(MillraceUri.parse(uri).options());
        return clientId.isEmpty() ? options : options.withClientId(clientId);
    }

    // ---- connections

    @Override
    public Connection createConnection() throws JMSException {
        return createConnection(getUser(), effectivePassword());
    }

    @Override
    public Connection createConnection(String userName, String secret) throws JMSException {
        return opened(
                new JmsConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return createQueueConnection(getUser(), effectivePassword());
    }

    @Override
    public QueueConnection createQueueConnection(String userName, String secret)
            throws JMSException {
        return opened(
                new JmsQueueConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return createTopicConnection(getUser(), effectivePassword());
    }

    @Override
    public TopicConnection createTopicConnection(String userName, String secret)
            throws JMSException {
        return opened(
                new JmsTopicConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return createXAConnection(getUser(), effectivePassword());
    }

    @Override
    public XAConnection createXAConnection(String userName, String secret) throws JMSException {
        return opened(
                new JmsXaConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return createXAQueueConnection(getUser(), effectivePassword());
    }

    @Override
    public XAQueueConnection createXAQueueConnection(String userName, String secret)
            throws JMSException {
        return opened(
                new JmsXaQueueConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return createXATopicConnection(getUser(), effectivePassword());
    }

    @Override
    public XATopicConnection createXATopicConnection(String userName, String secret)
            throws JMSException {
        return opened(
                new JmsXaTopicConnection(
                        MillraceUri.parse(uri), options(), Credentials.of(userName, secret)));
    }

    private static <C extends JmsConnection> C opened(C connection) throws JMSException {
        connection.open();
        return connection;
    }

    /**
     * Connects for administration, as the user of this factory.
     *
     * @throws jakarta.jms.JMSSecurityException for wrong credentials
     */
    public BrokerAdmin createAdmin() throws JMSException {
        return BrokerAdmin.connect(uri, getUser(), effectivePassword());
    }

    // ---- contexts

    @Override
    public JMSContext createContext() {
        return createContext(getUser(), effectivePassword(), JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(getUser(), effectivePassword(), sessionMode);
    }

    @Override
    public JMSContext createContext(String userName, String secret) {
        return createContext(userName, secret, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(String userName, String secret, int sessionMode) {
        return JmsContext.connect(
                MillraceUri.parse(uri), options(), Credentials.of(userName, secret), sessionMode);
    }

    @Override
    public XAJMSContext createXAContext() {
        return createXAContext(getUser(), effectivePassword());
    }

    @Override
    public XAJMSContext createXAContext(String userName, String secret) {
        return JmsXaContext.connect(
                MillraceUri.parse(uri), options(), Credentials.of(userName, secret));
    }

    // ---- naming

    @Override
    public Reference getReference() throws NamingException {
        Reference reference =
                MillraceObjectFactory.referenceTo(MillraceConnectionFactory.class, uri);
        addIfSet(reference, "user", user);
        addIfSet(reference, "password", password);
        addIfSet(reference, "clientId", clientId);
        return reference;
    }

    private static void addIfSet(Reference reference, String name, String value) {
        if (value != null && !value.isEmpty()) {
            reference.add(new StringRefAddr(name, value));
        }
    }

    /** For logs: without the password. */
    @Override
    public String toString() {
        return "connection factory for "
                + MillraceUri.parse(uri)
                + (getUser() == null ? "" : " as user " + getUser());
    }
}
