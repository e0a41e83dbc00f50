package org.millrace.ra.inflow;

import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.io.Serializable;
import org.millrace.ra.ConnectionSettings;

/**
 * What is configured for one message-driven bean (§13.1, and the log's own). A JavaBean; all
 * properties are text, so that {@link #validate} can say what is wrong with one; null is not said.
 * Setters do nothing but set: servers call them in any order. Identity is the object's.
 */
public final class MillraceActivationSpec implements ActivationSpec, Serializable {
    private static final long serialVersionUID = 1L;

    private transient ResourceAdapter adapter;

    // §13.1
    private String destinationLookup;
    private String connectionFactoryLookup;
    private String destinationType;
    private String acknowledgeMode;
    private String messageSelector;
    private String subscriptionDurability;
    private String subscriptionName;
    private String clientId;

    // where and as whom
    private String url;
    private String user;
    private String userName;
    private String password;

    // delivery
    private String destinationName;
    private String maxSessions;
    private String maxSession;
    private String shareSubscriptions;
    private String transactionTimeout;
    private String reconnectInterval;
    private String maxDeliveries;
    private String redeliveryPause;

    // the log's own
    private String from;
    private String group;
    private String partitions;
    private String assignment;

    @Override
    public void validate() throws InvalidPropertyException {
        ActivationPlan.check(this);
    }

    @Override
    public ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter wanted) throws ResourceException {
        if (adapter != null && adapter != wanted) {
            throw new ResourceException("resource adapter is set already");
        }
        adapter = wanted;
    }

    /** What it says itself about its connection. */
    public ConnectionSettings settings() {
        return new ConnectionSettings(
                url, user == null || user.isEmpty() ? userName : user, password, clientId);
    }

    /**
     * Where it connects, as a bean with this spec does: what it says itself, then its connection
     * factory, then the adapter.
     *
     * @throws JMSException when JNDI does not know its connection factory now
     */
    public ConnectionSettings settingsOver(ConnectionSettings adapters) throws JMSException {
        return Lookup.settings(settings(), PropertyCheck.text(connectionFactoryLookup), adapters);
    }

    // ---- properties

    /** JNDI name of the destination, or else its name. */
    public String getDestinationLookup() {
        return destinationLookup;
    }

    public void setDestinationLookup(String destinationLookup) {
        this.destinationLookup = destinationLookup;
    }

    /** JNDI name of a connection factory of this adapter, for its connection settings. */
    public String getConnectionFactoryLookup() {
        return connectionFactoryLookup;
    }

    public void setConnectionFactoryLookup(String connectionFactoryLookup) {
        this.connectionFactoryLookup = connectionFactoryLookup;
    }

    /** {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}. */
    public String getDestinationType() {
        return destinationType;
    }

    public void setDestinationType(String destinationType) {
        this.destinationType = destinationType;
    }

    /** {@code Auto-acknowledge} or {@code Dups-ok-acknowledge}; outside transactions. */
    public String getAcknowledgeMode() {
        return acknowledgeMode;
    }

    public void setAcknowledgeMode(String acknowledgeMode) {
        this.acknowledgeMode = acknowledgeMode;
    }

    /** §3.8. */
    public String getMessageSelector() {
        return messageSelector;
    }

    public void setMessageSelector(String messageSelector) {
        this.messageSelector = messageSelector;
    }

    /** {@code Durable} or {@code NonDurable}. */
    public String getSubscriptionDurability() {
        return subscriptionDurability;
    }

    public void setSubscriptionDurability(String subscriptionDurability) {
        this.subscriptionDurability = subscriptionDurability;
    }

    /** Of a topic. */
    public String getSubscriptionName() {
        return subscriptionName;
    }

    public void setSubscriptionName(String subscriptionName) {
        this.subscriptionName = subscriptionName;
    }

    /** Of the one connection of this activation. */
    public String getClientId() {
        return clientId;
    }

    public void setClientId(String clientId) {
        this.clientId = clientId;
    }

    /** Where the broker is; unless said, as the adapter says. */
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

    /** As {@link #getUser}: some servers call it so. */
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

    /**
     * Name of the destination, without JNDI; not {@code destination}, which Open Liberty takes for
     * an object.
     */
    public String getDestinationName() {
        return destinationName;
    }

    public void setDestinationName(String destinationName) {
        this.destinationName = destinationName;
    }

    /** How many messages are delivered at a time: 1 to 1000. */
    public String getMaxSessions() {
        return maxSessions;
    }

    public void setMaxSessions(String maxSessions) {
        this.maxSessions = maxSessions;
    }

    /** As {@link #getMaxSessions}: other adapters call it so. */
    public String getMaxSession() {
        return maxSession;
    }

    public void setMaxSession(String maxSession) {
        this.maxSession = maxSession;
    }

    /** {@code true}: several sessions, servers and beans may share a subscription (§4.2). */
    public String getShareSubscriptions() {
        return shareSubscriptions;
    }

    public void setShareSubscriptions(String shareSubscriptions) {
        this.shareSubscriptions = shareSubscriptions;
    }

    /** Seconds; 0: as the server says. */
    public String getTransactionTimeout() {
        return transactionTimeout;
    }

    public void setTransactionTimeout(String transactionTimeout) {
        this.transactionTimeout = transactionTimeout;
    }

    /** Milliseconds between attempts to connect. */
    public String getReconnectInterval() {
        return reconnectInterval;
    }

    public void setReconnectInterval(String reconnectInterval) {
        this.reconnectInterval = reconnectInterval;
    }

    /** Deliveries before a message goes to the dead-letter queue; 0: as the destination says. */
    public String getMaxDeliveries() {
        return maxDeliveries;
    }

    public void setMaxDeliveries(String maxDeliveries) {
        this.maxDeliveries = maxDeliveries;
    }

    /** Milliseconds that a session rests after a failed delivery. */
    public String getRedeliveryPause() {
        return redeliveryPause;
    }

    public void setRedeliveryPause(String redeliveryPause) {
        this.redeliveryPause = redeliveryPause;
    }

    /** Where the log is read from: as the destination's option {@code from}. */
    public String getFrom() {
        return from;
    }

    public void setFrom(String from) {
        this.from = from;
    }

    /** Name of a consumer group: a shared durable subscription of this name. */
    public String getGroup() {
        return group;
    }

    public void setGroup(String group) {
        this.group = group;
    }

    /** The destination's option {@code partitions}. */
    public String getPartitions() {
        return partitions;
    }

    public void setPartitions(String partitions) {
        this.partitions = partitions;
    }

    /** The destination's option {@code assignment}. */
    public String getAssignment() {
        return assignment;
    }

    public void setAssignment(String assignment) {
        this.assignment = assignment;
    }

    /** For logs. */
    @Override
    public String toString() {
        return "activation on "
                + (destinationLookup != null ? destinationLookup : destinationName)
                + " at "
                + settings();
    }
}
