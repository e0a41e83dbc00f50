package org.millrace.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Hashtable;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.Referenceable;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;

/** Names, references and serialisation of administered objects (§5). */
@SuppressWarnings("BanJNDI")
class NamingTest {
    private static Context context(String... properties) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY, MillraceInitialContextFactory.class.getName());
        for (int i = 0; i < properties.length; i += 2) {
            environment.put(properties[i], properties[i + 1]);
        }
        return new InitialContext(environment);
    }

    @Test
    @Spec({"ADM-1", "ADM-3", "ADM-4"})
    void propertiesBecomeNames() throws Exception {
        Context context =
                context(
                        Context.PROVIDER_URL,
                        "vm://here",
                        "connectionFactory.jms/cf",
                        "vm://there?prefetch=7",
                        "connectionFactory.plain",
                        "",
                        "queue.jms/orders",
                        "orders",
                        "topic.news",
                        "NEWS");

        MillraceConnectionFactory factory = (MillraceConnectionFactory) context.lookup("jms/cf");
        assertThat(factory.getUri()).isEqualTo("vm://there?prefetch=7");
        assertThat(factory)
                .isInstanceOf(QueueConnectionFactory.class)
                .isInstanceOf(TopicConnectionFactory.class);
        assertThat(((MillraceConnectionFactory) context.lookup("plain")).getUri())
                .isEqualTo("vm://here");
        assertThat(context.lookup("ConnectionFactory"))
                .isInstanceOf(MillraceConnectionFactory.class);
        assertThat(((Queue) context.lookup("jms/orders")).getQueueName()).isEqualTo("orders");
        assertThat(((Topic) context.lookup("news")).getTopicName()).isEqualTo("NEWS");
    }

    @Test
    void namesWithoutAnEntryAreDynamicOrUnknown() throws Exception {
        Context context = context();

        assertThat(context.lookup("dynamicQueues/a/b")).isEqualTo(new MillraceQueue("a/b"));
        assertThat(context.lookup("dynamicTopics/t?from=earliest"))
                .isEqualTo(new MillraceTopic("t"));
        assertThatThrownBy(() -> context.lookup("nowhere"))
                .isInstanceOf(NameNotFoundException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void wrongUriIsNamedWithItsProperty() {
        assertThatThrownBy(() -> context("connectionFactory.bad", "http://x"))
                .isInstanceOf(NamingException.class)
                .hasMessageContaining("connectionFactory.bad");
    }

    @Test
    @Spec("ADM-1")
    void administeredObjectsComeBackFromTheirReferences() throws Exception {
        MillraceConnectionFactory factory = new MillraceConnectionFactory("vm://x?prefetch=3");
        factory.setUser("alice");
        factory.setClientId("cts");

        MillraceConnectionFactory again = (MillraceConnectionFactory) dereferenced(factory);
        assertThat(again.getUri()).isEqualTo("vm://x?prefetch=3");
        assertThat(again.getUser()).isEqualTo("alice");
        assertThat(again.getClientId()).isEqualTo("cts");
        assertThat(dereferenced(new MillraceQueue("q"))).isEqualTo(new MillraceQueue("q"));
        assertThat(dereferenced(new MillraceTopic("t"))).isEqualTo(new MillraceTopic("t"));
    }

    private static Object dereferenced(Referenceable object) throws Exception {
        return NamingManager.getObjectInstance(object.getReference(), null, null, new Properties());
    }

    @Test
    @Spec("ADM-1")
    void administeredObjectsSurviveSerialisation() throws Exception {
        assertThat(copied(new MillraceQueue("q?partitions=8")).getQueueName())
                .isEqualTo("q?partitions=8");
        assertThat(copied(new MillraceTopic("t"))).isEqualTo(new MillraceTopic("t"));
        assertThat(copied(new MillraceConnectionFactory("vm://x")).getUri()).isEqualTo("vm://x");
    }

    @SuppressWarnings("unchecked")
    private static <T> T copied(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @Test
    @Spec("HDR-7")
    void destinationsAreEqualByKindAndName() {
        assertThat(new MillraceQueue("a"))
                .isEqualTo(new MillraceQueue("a?partitions=2"))
                .hasSameHashCodeAs(new MillraceQueue("a?partitions=2"))
                .isNotEqualTo(new MillraceTopic("a"))
                .isNotEqualTo(new MillraceQueue("A"))
                .hasToString("queue://a");
    }
}
