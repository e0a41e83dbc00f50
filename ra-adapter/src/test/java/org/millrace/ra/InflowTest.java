package org.millrace.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.ra.inflow.MillraceActivationSpec;

/** Message-driven beans. */
class InflowTest {
    private static final String NAME = "inflow";

    private final FakeServer server = new FakeServer();
    private final MillraceResourceAdapter adapter = new MillraceResourceAdapter();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(NAME, Map.of());
        adapter.setUrl("vm://" + NAME);
        adapter.start(server);
    }

    @AfterEach
    void stop() throws Exception {
        adapter.stop();
        server.close();
        broker.close();
    }

    private static MillraceActivationSpec queue(String name) {
        MillraceActivationSpec spec = new MillraceActivationSpec();
        spec.setDestinationName(name);
        spec.setDestinationType("jakarta.jms.Queue");
        spec.setReconnectInterval("20");
        return spec;
    }

    private static MillraceActivationSpec topic(String name) {
        MillraceActivationSpec spec = queue(name);
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }

    private static JMSContext context() {
        return new MillraceConnectionFactory("vm://" + NAME).createContext();
    }

    private static List<String> sendToQueue(String name, int count) {
        try (JMSContext context = context()) {
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                bodies.add("m" + i);
                context.createProducer().send(context.createQueue(name), "m" + i);
            }
            return bodies;
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec({"INB-7", "RA-8"})
    void everyMessageOfAQueueIsDeliveredOnceByManySessions(boolean transacted) throws Exception {
        FakeBean bean = new FakeBean("bean", transacted, message -> {});
        adapter.endpointActivation(bean, queue("work"));

        List<String> sent = sendToQueue("work", 500);

        await("all are delivered", () -> bean.received.size() == 500);
        assertThat(bean.received).containsExactlyInAnyOrderElementsOf(sent);
        await("idle beans hold no thread", () -> server.busyThreads() == 0);
        assertThat(bean.openEndpoints).hasValue(0);
    }

    @Test
    @Spec("INB-18")
    void oneSessionDeliversInOrder() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = queue("ordered");
        spec.setMaxSessions("1");
        adapter.endpointActivation(bean, spec);

        List<String> sent = sendToQueue("ordered", 200);

        await("all are delivered", () -> bean.received.size() == 200);
        assertThat(bean.received).containsExactlyElementsOf(sent);
        assertThat(bean.mostEndpoints).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec({"INB-9", "INB-10"})
    void messageOfAFailedDeliveryComesAgainWithFlagAndCount(boolean transacted) throws Exception {
        List<String> seen = new ArrayList<>();
        FakeBean bean =
                new FakeBean(
                        "bean",
                        transacted,
                        message -> {
                            synchronized (seen) {
                                seen.add(attempt(message));
                            }
                            if (!message.getJMSRedelivered()) {
                                throw new IllegalStateException("not at first sight");
                            }
                        });
        adapter.endpointActivation(bean, queue("retry"));

        sendToQueue("retry", 1);

        await("it is delivered", () -> bean.received.size() == 1);
        assertThat(seen).containsExactly("false 1", "true 2");
    }

    private static String attempt(Message message) throws JMSException {
        return message.getJMSRedelivered() + " " + message.getIntProperty("JMSXDeliveryCount");
    }

    @Test
    void messageThatAlwaysFailsGoesToTheDeadLetterQueue() throws Exception {
        FakeBean bean =
                new FakeBean(
                        "bean",
                        true,
                        message -> {
                            throw new IllegalStateException("never");
                        });
        FakeBean undertaker = FakeBean.transacted("undertaker");
        adapter.endpointActivation(bean, queue("poison?maxDeliveries=3"));
        adapter.endpointActivation(undertaker, queue("DLQ.queue.poison"));

        sendToQueue("poison?maxDeliveries=3", 1);

        await("it is given up", () -> undertaker.received.size() == 1);
        assertThat(bean.failures).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec("INB-11")
    void beanGivesUpEarlierThanItsQueueDoes(boolean transacted) throws Exception {
        FakeBean bean =
                new FakeBean(
                        "bean",
                        transacted,
                        message -> {
                            throw new IllegalStateException("never");
                        });
        FakeBean undertaker = FakeBean.transacted("undertaker");
        MillraceActivationSpec spec = queue("impatient");
        spec.setMaxDeliveries("2");
        adapter.endpointActivation(bean, spec);
        adapter.endpointActivation(undertaker, queue("DLQ.queue.impatient"));

        sendToQueue("impatient", 3);

        await("all are given up", () -> undertaker.received.size() == 3);
        assertThat(bean.failures).hasValue(6);
    }

    @Test
    @Spec("INB-7")
    void fewerEndpointsThanSessionsSlowDownAndLoseNothing() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        bean.limit = 2;
        adapter.endpointActivation(bean, queue("narrow"));

        List<String> sent = sendToQueue("narrow", 300);

        await("all are delivered", () -> bean.received.size() == 300);
        assertThat(bean.received).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(bean.mostEndpoints.get()).isLessThanOrEqualTo(2);
    }

    @Test
    @Spec("RA-8")
    void workThatTheServerRejectsIsOfferedAgain() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        server.rejections.set(2);
        adapter.endpointActivation(bean, queue("rejected"));
        sendToQueue("rejected", 5);

        await("all are delivered", () -> bean.received.size() == 5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void errorsOfTheServerLeaveNoBeanDeaf(boolean transacted) throws Exception {
        FakeBean bean = new FakeBean("bean", transacted, message -> {});
        bean.brokenEndpoints.set(2);
        server.errors.set(1);
        adapter.endpointActivation(bean, queue("errors"));
        sendToQueue("errors", 1);

        await("it is delivered", () -> bean.received.size() == 1);
        assertThat(server.thrown).isEmpty();
    }

    @Test
    void timeoutOfTheBeanIsShorterThanThatOfTheServer() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = queue("limited");
        spec.setTransactionTimeout("7");
        adapter.endpointActivation(bean, spec);
        sendToQueue("limited", 1);

        await("it is delivered", () -> bean.received.size() == 1);
        assertThat(bean.timeouts).containsOnly(7);
    }

    @Test
    void activationIsRefusedTwiceAndAfterTheEnd() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = queue("twice");
        adapter.endpointActivation(bean, spec);
        assertThatThrownBy(() -> adapter.endpointActivation(bean, spec))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("is active already");
        adapter.stop();

        assertThatThrownBy(() -> adapter.endpointActivation(bean, spec))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("the adapter is not started");
        sendToQueue("twice", 1);
        assertThat(browse("twice")).isEqualTo(1);
    }

    /** The kind is known only when JNDI is asked. */
    @Test
    void unsharedSubscriptionOfATopicThatWasLookedUpHasOneSession() throws Exception {
        MillraceTopic found = new MillraceTopic();
        found.setName("looked up");
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = new MillraceActivationSpec();
        spec.setDestinationLookup("java:/jms/found");
        spec.setShareSubscriptions("false");
        try (FakeNaming naming = FakeNaming.with("java:/jms/found", found)) {
            adapter.endpointActivation(bean, spec);
            sendUntil("looked up", () -> !bean.received.isEmpty());
            int before = bean.received.size();
            try (JMSContext context = context()) {
                context.createProducer().send(context.createTopic("looked up"), "once");
                context.createProducer().send(context.createTopic("looked up"), "last");
            }
            await("the last is delivered", () -> bean.received.contains("last"));
            assertThat(bean.received.subList(before, bean.received.size()))
                    .filteredOn(body -> !body.equals("probe"))
                    .containsExactly("once", "last");
        }
    }

    /** What a bean is told through a connection factory holds for its recovery, too. */
    @Test
    void recoveryGoesWhereTheConnectionFactoryOfTheBeanLeads() throws Exception {
        MillraceConnectionFactory elsewhere =
                new MillraceConnectionFactory("millrace://127.0.0.1:1?connectTimeoutMillis=200");
        MillraceActivationSpec spec = queue("recovered");
        spec.setConnectionFactoryLookup("java:/jms/elsewhere");
        XAResource resource = adapter.getXAResources(new ActivationSpec[] {spec})[0];
        assertThatThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN))
                .isInstanceOf(XAException.class);
        try (FakeNaming naming = FakeNaming.with("java:/jms/elsewhere", elsewhere)) {
            assertThatThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN))
                    .isInstanceOf(XAException.class)
                    .extracting("errorCode")
                    .isEqualTo(XAException.XAER_RMFAIL);
        }
        MillraceConnectionFactory here = new MillraceConnectionFactory("vm://" + NAME);
        try (FakeNaming naming = FakeNaming.with("java:/jms/elsewhere", here)) {
            assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        }
    }

    @Test
    @Spec("INB-4")
    void equalActivationsOnATopicEachGetEveryMessage() throws Exception {
        FakeBean one = FakeBean.transacted("one");
        FakeBean other = FakeBean.transacted("other");
        adapter.endpointActivation(one, topic("news"));
        adapter.endpointActivation(other, topic("news"));
        sendUntil("news", () -> !one.received.isEmpty() && !other.received.isEmpty());

        try (JMSContext context = context()) {
            for (int i = 0; i < 50; i++) {
                context.createProducer().send(context.createTopic("news"), "n" + i);
            }
        }

        await("both got all", () -> hasNews(one) && hasNews(other));
    }

    @Test
    @Spec("INB-4")
    void equalActivationsOnAQueueCompete() throws Exception {
        FakeBean one = FakeBean.transacted("one");
        FakeBean other = FakeBean.transacted("other");
        MillraceActivationSpec first = queue("shared");
        MillraceActivationSpec second = queue("shared");
        CompletableFuture<Void> activated =
                CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> activate(one, first)),
                        CompletableFuture.runAsync(() -> activate(other, second)));
        activated.get(30, TimeUnit.SECONDS);

        List<String> sent = sendToQueue("shared", 300);

        await("all are delivered", () -> one.received.size() + other.received.size() >= 300);
        List<String> received = new ArrayList<>(one.received);
        received.addAll(other.received);
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
    }

    private void activate(FakeBean bean, MillraceActivationSpec spec) {
        try {
            adapter.endpointActivation(bean, spec);
        } catch (ResourceException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static boolean hasNews(FakeBean bean) {
        return bean.received.stream().filter(body -> body.startsWith("n")).count() == 50;
    }

    /** Subscriptions that are not durable begin some time after the activation. */
    private static void sendUntil(String topic, BooleanSupplier arrived) throws Exception {
        try (JMSContext context = context()) {
            await(
                    "subscribed",
                    () -> {
                        context.createProducer().send(context.createTopic(topic), "probe");
                        return arrived.getAsBoolean();
                    });
        }
    }

    @Test
    @Spec({"INB-6", "INB-13", "INB-14"})
    void durableSubscriptionWithoutClientIdKeepsWhatComesWhileTheBeanIsGone() throws Exception {
        FakeBean before = FakeBean.transacted("bean");
        MillraceActivationSpec spec = topic("audit");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("audit-trail");
        adapter.endpointActivation(before, spec);
        sendUntil("audit", () -> !before.received.isEmpty());
        adapter.endpointDeactivation(before, spec);
        int seen = before.received.size();

        try (JMSContext context = context()) {
            context.createProducer().send(context.createTopic("audit"), "meanwhile");
        }
        FakeBean after = FakeBean.transacted("bean");
        MillraceActivationSpec again = topic("audit");
        again.setGroup("audit-trail");
        adapter.endpointActivation(after, again);

        await("it is there", () -> after.received.contains("meanwhile"));
        assertThat(before.received).hasSize(seen);
    }

    @Test
    void activationBeginsWhereTheLogIsReadFrom() throws Exception {
        try (JMSContext context = context()) {
            for (int i = 0; i < 10; i++) {
                context.createProducer()
                        .send(context.createTopic("history?retention=P1D"), "h" + i);
            }
        }
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = topic("history");
        spec.setGroup("reader");
        spec.setFrom("earliest");
        adapter.endpointActivation(bean, spec);

        await("history is replayed", () -> bean.received.size() == 10);
    }

    @Test
    @Spec("INB-13")
    void deactivationWaitsForTheDeliveryUnderWay() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        FakeBean bean =
                new FakeBean(
                        "bean",
                        true,
                        message -> {
                            inside.countDown();
                            awaitLatch(leave);
                        });
        MillraceActivationSpec spec = queue("slow");
        adapter.endpointActivation(bean, spec);
        sendToQueue("slow", 1);
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        Thread stopping = new Thread(() -> adapter.endpointDeactivation(bean, spec));
        stopping.start();
        await("it waits", () -> stopping.getState() == Thread.State.WAITING);
        leave.countDown();
        stopping.join(Duration.ofSeconds(30).toMillis());

        assertThat(stopping.isAlive()).isFalse();
        assertThat(bean.received).hasSize(1);
        assertThat(browse("slow")).isZero();
    }

    @Test
    void deliveryOfAConnectionThatIsGoneIsWaitedForToo() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger together = new AtomicInteger();
        AtomicInteger mostTogether = new AtomicInteger();
        FakeBean bean =
                new FakeBean(
                        "bean",
                        true,
                        message -> {
                            mostTogether.accumulateAndGet(together.incrementAndGet(), Math::max);
                            inside.countDown();
                            awaitLatch(leave);
                            together.decrementAndGet();
                        });
        MillraceActivationSpec spec = queue("alone");
        spec.setUrl("vm://" + NAME + "?reconnect=false");
        spec.setMaxSessions("1");
        adapter.endpointActivation(bean, spec);
        sendToQueue("alone", 1);
        awaitLatch(inside);
        broker.close();
        broker = EmbeddedBroker.start(NAME, Map.of());
        sendToQueue("alone", 1);

        Thread stopping = new Thread(() -> adapter.endpointDeactivation(bean, spec));
        stopping.start();
        await("it waits", () -> stopping.getState() == Thread.State.WAITING);
        leave.countDown();
        stopping.join(Duration.ofSeconds(30).toMillis());

        assertThat(stopping.isAlive()).isFalse();
        assertThat(mostTogether).hasValue(1);
        assertThat(together).hasValue(0);
        await("no endpoint is left", () -> bean.openEndpoints.get() == 0);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static int browse(String queue) throws JMSException {
        try (JMSContext context = context();
                var browser = context.createBrowser(context.createQueue(queue))) {
            int count = 0;
            for (var all = browser.getEnumeration(); all.hasMoreElements(); all.nextElement()) {
                count++;
            }
            return count;
        }
    }

    /** And asks for no thread at once: {@link FakeServer} has no doWork. */
    @Test
    @Spec("RA-5")
    void adapterStartsWithoutABroker() throws Exception {
        MillraceResourceAdapter lonely = new MillraceResourceAdapter();
        lonely.setUrl("millrace://127.0.0.1:" + freePort());
        lonely.start(server);
        assertThat(server.busyThreads()).isZero();
        lonely.stop();
    }

    @Test
    @Spec("INB-17")
    void beanOfABrokerThatIsDownReceivesWhenItIsThere() throws Exception {
        broker.close();
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = queue("late");
        int port = freePort();
        spec.setUrl("millrace://127.0.0.1:" + port + "?connectTimeoutMillis=500");
        adapter.endpointActivation(bean, spec);
        await("it has tried", () -> server.busyThreads() == 0);

        broker = listening(port);
        sendToQueue("late", 3);

        await("all are delivered", () -> bean.received.size() == 3);
    }

    @Test
    @Spec("INB-17")
    void beanGoesOnAfterTheBrokerWasGone() throws Exception {
        FakeBean bean = FakeBean.transacted("bean");
        MillraceActivationSpec spec = queue("again");
        int port = freePort();
        broker.close();
        broker = listening(port);
        spec.setUrl("millrace://127.0.0.1:" + port + "?reconnectAttempts=1");
        adapter.endpointActivation(bean, spec);
        sendToQueue("again", 1);
        await("it is delivered", () -> bean.received.size() == 1);

        for (int restart = 1; restart <= 3; restart++) {
            broker.close();
            broker = listening(port);
            sendToQueue("again", 1);
            int expected = 1 + restart;
            await("it is delivered again", () -> bean.received.size() == expected);
        }
    }

    private static EmbeddedBroker listening(int port) {
        return EmbeddedBroker.start(
                NAME, Map.of("host", "127.0.0.1", "port", String.valueOf(port)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    @Test
    void manyActivationsAndDeactivationsLeaveNothing() throws Exception {
        for (int i = 0; i < 100; i++) {
            FakeBean bean = FakeBean.transacted("bean");
            MillraceActivationSpec spec = queue("short" + i % 3);
            adapter.endpointActivation(bean, spec);
            sendToQueue("short" + i % 3, 1);
            await("it is delivered", () -> bean.received.size() == 1);
            adapter.endpointDeactivation(bean, spec);
            assertThat(bean.openEndpoints).hasValue(0);
        }
        await("no thread is left", () -> server.busyThreads() == 0);
    }
}
