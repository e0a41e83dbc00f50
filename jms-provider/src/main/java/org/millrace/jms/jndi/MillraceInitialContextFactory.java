package org.millrace.jms.jndi;

import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;

/**
 * JNDI names from properties (§5): for {@code java.naming.factory.initial}. Stateless.
 *
 * <pre>
 *   java.naming.provider.url   URI of the broker; also what the name ConnectionFactory stands for
 *   connectionFactory.NAME     URI, or empty for the provider URL
 *   queue.NAME                 name of the queue at the broker
 *   topic.NAME                 name of the topic at the broker
 * </pre>
 *
 * Queues and topics without an entry are found as {@code dynamicQueues/name} and {@code
 * dynamicTopics/name}.
 */
public final class MillraceInitialContextFactory implements InitialContextFactory {
    static final String DYNAMIC_QUEUES = "dynamicQueues/";
    static final String DYNAMIC_TOPICS = "dynamicTopics/";

    private static final String DEFAULT_FACTORY_NAME = "ConnectionFactory";
    private static final String FACTORY_PREFIX = "connectionFactory.";
    private static final String QUEUE_PREFIX = "queue.";
    private static final String TOPIC_PREFIX = "topic.";

    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
        Object given = environment.get(Context.PROVIDER_URL);
        String providerUrl =
                given == null ? MillraceConnectionFactory.DEFAULT_URI : given.toString();
        Map<String, Object> bindings = new TreeMap<>();
        bindings.put(DEFAULT_FACTORY_NAME, factory(Context.PROVIDER_URL, providerUrl));
        for (Map.Entry<?, ?> entry : environment.entrySet()) {
            String key = String.valueOf(entry.getKey());
            String value = String.valueOf(entry.getValue()).strip();
            if (key.startsWith(FACTORY_PREFIX)) {
                String uri = value.isEmpty() ? providerUrl : value;
                bindings.put(key.substring(FACTORY_PREFIX.length()), factory(key, uri));
            } else if (key.startsWith(QUEUE_PREFIX)) {
                bindings.put(key.substring(QUEUE_PREFIX.length()), new MillraceQueue(value));
            } else if (key.startsWith(TOPIC_PREFIX)) {
                bindings.put(key.substring(TOPIC_PREFIX.length()), new MillraceTopic(value));
            }
        }
        return new PropertiesContext(bindings, environment);
    }

    private static MillraceConnectionFactory factory(String key, String uri)
            throws NamingException {
        try {
            return new MillraceConnectionFactory(uri);
        } catch (IllegalArgumentException wrong) {
            ConfigurationException refused =
                    new ConfigurationException("property " + key + ": " + wrong.getMessage());
            refused.initCause(wrong);
            throw refused;
        }
    }
}
