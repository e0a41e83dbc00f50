package org.millrace.conformance.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.InitialContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

/** Consumers that begin in the history of a topic or queue, by its name alone. */
@Timeout(60)
class ReplayByJmsTest {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long SILENCE_MILLIS = 200;

    private final Broker broker = Broker.builder().vm("replay").build();
    private JMSContext context;

    @BeforeEach
    void start() {
        broker.start();
        context = new MillraceConnectionFactory("vm://replay").createContext();
        context.setClientID("me");
        send("news?retention=P7D", "a", "b", "c");
    }

    @AfterEach
    void stop() {
        context.close();
        broker.close();
    }

    private void send(String topic, String... texts) {
        for (String text : texts) {
            context.createProducer().send(context.createTopic(topic), text);
        }
    }

    private static List<String> receive(JMSConsumer consumer, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(consumer.receiveBody(String.class, PATIENCE_MILLIS));
        }
        assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
        return texts;
    }

    private JMSConsumer consumer(String topic) {
        return context.createConsumer(context.createTopic(topic));
    }

    @Test
    void aConsumerBeginsWhereTheNameOfItsTopicSays() {
        assertThat(receive(consumer("news?from=earliest"), 3)).containsExactly("a", "b", "c");
        assertThat(receive(consumer("news?from=offset:1"), 2)).containsExactly("b", "c");
        assertThat(receive(consumer("news?from=-PT2H"), 3)).containsExactly("a", "b", "c");
        assertThat(receive(consumer("news?from=" + Instant.now()), 0)).isEmpty();
        assertThat(receive(consumer("news?from=latest"), 0)).isEmpty();
    }

    @Test
    void everyKindOfSubscriptionDoes() {
        var topic = context.createTopic("news?from=earliest");
        assertThat(receive(context.createSharedConsumer(topic, "s"), 3)).hasSize(3);
        assertThat(receive(context.createDurableConsumer(topic, "d"), 3)).hasSize(3);
        assertThat(receive(context.createSharedDurableConsumer(topic, "sd"), 3)).hasSize(3);
    }

    @Test
    void aReplayedMessageLooksAsItDidWhenItWasNew() throws JMSException {
        Message first = consumer("news?from=earliest").receive(PATIENCE_MILLIS);
        assertThat(first.getJMSRedelivered()).isFalse();
        assertThat(first.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(first.getJMSDestination()).isEqualTo(context.createTopic("news"));
    }

    @Test
    void aDurableSubscriptionIsMovedWhenItIsOpenedSo() {
        var plain = context.createTopic("news");
        try (JMSConsumer consumer = context.createDurableConsumer(plain, "sub")) {
            send("news", "d");
            assertThat(receive(consumer, 1)).containsExactly("d");
            assertThatThrownBy(
                            () ->
                                    context.createDurableConsumer(
                                            context.createTopic("news?from=earliest"), "sub"))
                    .hasMessageContaining("sub");
        }
        var back = context.createTopic("news?from=offset:2");
        try (JMSConsumer consumer = context.createDurableConsumer(back, "sub")) {
            assertThat(receive(consumer, 2)).containsExactly("c", "d");
        }
        try (JMSConsumer consumer = context.createDurableConsumer(plain, "sub")) {
            assertThat(receive(consumer, 0)).isEmpty();
        }
    }

    @Test
    void aQueueWithHistoryIsReplayed() {
        var queue = context.createQueue("orders?retention=PT1H");
        context.createProducer().send(queue, "one").send(queue, "two");
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            assertThat(receive(consumer, 2)).containsExactly("one", "two");
        }
        var again = context.createQueue("orders?from=earliest");
        try (JMSConsumer consumer = context.createConsumer(again)) {
            assertThat(receive(consumer, 2)).containsExactly("one", "two");
        }
    }

    @Test
    void aWholeGroupMayAskForTheSameBeginning() {
        var topic = context.createTopic("news?from=earliest");
        try (JMSContext other = new MillraceConnectionFactory("vm://replay").createContext()) {
            JMSConsumer one = context.createSharedDurableConsumer(topic, "group");
            assertThat(receive(one, 3)).containsExactly("a", "b", "c");
            other.setClientID("other");
            JMSConsumer two =
                    context.createContext(JMSContext.AUTO_ACKNOWLEDGE)
                            .createSharedDurableConsumer(topic, "group");
            send("news", "d");
            assertThat(receiveFromEither(one, two)).isEqualTo("d");
            assertThatThrownBy(
                            () ->
                                    context.createSharedDurableConsumer(
                                            context.createTopic("news?from=latest"), "group"))
                    .hasMessageContaining("group");
        }
    }

    private static String receiveFromEither(JMSConsumer one, JMSConsumer two) {
        for (int attempt = 0; attempt < 100; attempt++) {
            String text = one.receiveBody(String.class, 50);
            if (text == null) {
                text = two.receiveBody(String.class, 50);
            }
            if (text != null) {
                return text;
            }
        }
        throw new AssertionError("nothing came");
    }

    @Test
    @SuppressWarnings("BanJNDI")
    void namesThatAreLookedUpMayHaveABeginning() throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY,
                "org.millrace.jms.jndi.MillraceInitialContextFactory");
        environment.put(Context.PROVIDER_URL, "vm://replay");
        environment.put("topic.history", "news?from=offset:1");
        Topic history = (Topic) new InitialContext(environment).lookup("history");

        assertThat(receive(context.createConsumer(history), 2)).containsExactly("b", "c");
        assertThat(history).isEqualTo(context.createTopic("news"));
    }

    @Test
    void namesThatNoFileSystemCanHoldAreNamesLikeOthers() {
        for (String name :
                List.of(
                        "../../etc/passwd",
                        "a/b\\c:d*e|f",
                        "CON",
                        ".",
                        "\ud83d\ude80 orders",
                        "x".repeat(1024))) {
            var queue = context.createQueue(name);
            context.createProducer().send(queue, "m");
            try (JMSConsumer consumer = context.createConsumer(queue)) {
                assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("m");
            }
        }
        for (String name :
                List.of("x".repeat(1025), "half \ud83d a character", " ", "nul\u0000byte")) {
            assertThatThrownBy(() -> context.createProducer().send(context.createQueue(name), "m"))
                    .as(name)
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
        }
    }

    @Test
    void whatIsNotThereIsAnInvalidDestination() {
        for (String name :
                List.of(
                        "news?from=offset:4711",
                        "news?from=2001-01-01T00:00:00Z",
                        "news?from=yesterday",
                        "news?colour=red",
                        "news?from",
                        "news?from=earliest&from=latest",
                        "news?from=%zz",
                        "news?from=offset:99999999999999999999",
                        "news?from=2999-01-01T00:00:00Z",
                        "news?partitions=0",
                        "news?partitions=3",
                        "news?retentionBytes=1",
                        "news?deadLetterQueue=",
                        "news?redeliveryJitter=2",
                        "new?redeliveryDelayMillis=10&maxRedeliveryDelayMillis=5",
                        "news?retention=P1D&from=earliest",
                        "other?from=offset:1")) {
            assertThatThrownBy(() -> consumer(name))
                    .as(name)
                    .isInstanceOf(InvalidDestinationRuntimeException.class)
                    .hasMessageContaining(name.substring(0, name.indexOf('?')));
        }
    }
}
