package org.millrace.ra;

import jakarta.jms.JMSException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Where to connect, as whom, under which client identifier; empty for what is not said. Immutable.
 *
 * @param password belongs to {@code user}
 */
public record ConnectionSettings(String url, String user, String password, String clientId)
        implements Serializable {
    /** Nothing is said. */
    public static final ConnectionSettings NONE = new ConnectionSettings("", "", "", "");

    /** A lost link is given up after about 15 s, so that no thread of a server waits for longer. */
    private static final int RECONNECT_ATTEMPTS = 8;

    private static final int RECONNECT_MAX_DELAY_MILLIS = 5_000;

    public ConnectionSettings {
        url = orEmpty(url);
        user = orEmpty(user);
        // As it is: a secret may begin or end with a blank.
        password = password == null ? "" : password;
        clientId = orEmpty(clientId);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text.trim();
    }

    /** These, and what they do not say from the others; a password goes with its user. */
    public ConnectionSettings orElse(ConnectionSettings others) {
        ConnectionSettings who = user.isEmpty() ? others : this;
        return new ConnectionSettings(
                url.isEmpty() ? others.url : url,
                who.user,
                who.password,
                clientId.isEmpty() ? others.clientId : clientId);
    }

    /** The same as somebody else. */
    public ConnectionSettings as(String otherUser, String otherPassword) {
        return new ConnectionSettings(url, otherUser, otherPassword, clientId);
    }

    /** The same without a client identifier, for a connection beside the one that has it. */
    public ConnectionSettings anonymousClient() {
        int mark = url.indexOf('?');
        if (mark < 0) {
            return new ConnectionSettings(url, user, password, "");
        }
        String others =
                Arrays.stream(url.substring(mark + 1).split("&", -1))
                        .filter(option -> !option.startsWith("clientId="))
                        .collect(Collectors.joining("&"));
        String bare = url.substring(0, mark) + (others.isEmpty() ? "" : "?" + others);
        return new ConnectionSettings(bare, user, password, "");
    }

    /**
     * What makes the connections.
     *
     * @throws JMSException when the URL is wrong, saying what is
     */
    public MillraceConnectionFactory factory() throws JMSException {
        MillraceConnectionFactory factory = new MillraceConnectionFactory();
        try {
            if (!url.isEmpty()) {
                factory.setUri(url);
            }
        } catch (IllegalArgumentException wrong) {
            throw refused(wrong);
        }
        if (!url.contains("reconnectAttempts=")) {
            factory.setReconnectAttempts(RECONNECT_ATTEMPTS);
        }
        if (!url.contains("reconnectMaxDelayMillis=")) {
            factory.setReconnectMaxDelayMillis(RECONNECT_MAX_DELAY_MILLIS);
        }
        if (!user.isEmpty()) {
            factory.setUser(user);
            factory.setPassword(password);
        }
        if (!clientId.isEmpty()) {
            factory.setClientId(clientId);
        }
        return factory;
    }

    private static JMSException refused(IllegalArgumentException wrong) {
        JMSException refused =
                new JMSException(
                        "property url: %s; allowed: millrace://host:port[,host:port][?options], millraces://…, vm://name"
                                .formatted(wrong.getMessage()));
        refused.initCause(wrong);
        return refused;
    }

    /** For logs: without the password, which a URL may hold, too. */
    @Override
    public String toString() {
        String place = url.isEmpty() ? MillraceConnectionFactory.DEFAULT_URI : url;
        int options = place.indexOf('?');
        return (options < 0 ? place : place.substring(0, options))
                + (user.isEmpty() ? "" : " as user " + user);
    }
}
