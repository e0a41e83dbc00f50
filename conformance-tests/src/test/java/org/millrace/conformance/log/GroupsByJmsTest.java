package org.millrace.conformance.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

/** Consumer groups: shared by all members, or with one owner for each partition. */
@Timeout(60)
class GroupsByJmsTest {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long SILENCE_MILLIS = 200;

    /** What one member got. */
    private record Got(int member, String key, int number) {}

    private final Broker broker = Broker.builder().vm("groups").build();
    private final List<JMSContext> contexts = new ArrayList<>();
    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private JMSContext context;

    @BeforeEach
    void start() {
        broker.start();
        context = open(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void stop() {
        contexts.forEach(JMSContext::close);
        broker.close();
    }

    private JMSContext open(int mode) {
        JMSContext opened = new MillraceConnectionFactory("vm://groups").createContext(mode);
        contexts.add(opened);
        return opened;
    }

    private void send(String topic, String key, int number) throws JMSException {
        Message message = context.createTextMessage(key + "#" + number);
        message.setStringProperty("JMSXGroupID", key);
        context.createProducer().send(context.createTopic(topic), message);
    }

    private void sendRound(int keys, int number) throws JMSException {
        for (int key = 0; key < keys; key++) {
            send("orders", "k" + key, number);
        }
    }

    private JMSContext join(int member, String topic) {
        JMSContext joined = open(JMSContext.AUTO_ACKNOWLEDGE);
        JMSConsumer consumer = joined.createSharedDurableConsumer(joined.createTopic(topic), "g");
        consumer.setMessageListener(
                message -> {
                    try {
                        String[] text = message.getBody(String.class).split("#");
                        got.add(new Got(member, text[0], Integer.parseInt(text[1])));
                    } catch (JMSException failed) {
                        throw new IllegalStateException(failed);
                    }
                });
        return joined;
    }

    private List<Got> take(int count) throws InterruptedException {
        List<Got> taken = new ArrayList<>();
        while (taken.size() < count) {
            Got next = got.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(next).as("%d of %d came: %s", taken.size(), count, taken).isNotNull();
            taken.add(next);
        }
        return taken;
    }

    private static Map<String, Integer> memberOfKey(List<Got> all) {
        Map<String, Integer> members = new HashMap<>();
        all.forEach(each -> members.put(each.key(), each.member()));
        return members;
    }

    private static Set<Integer> members(List<Got> all) {
        return new HashSet<>(memberOfKey(all).values());
    }

    @Test
    void anExclusiveGroupSpreadsPartitionsAndMovesThemOnlyWhenMembersComeAndGo() throws Exception {
        context.createSharedDurableConsumer(context.createTopic("orders?partitions=6"), "g")
                .close();
        JMSContext first = join(0, "orders?assignment=exclusive");
        sendRound(60, 1);
        assertThat(members(take(60))).containsExactly(0);
        join(1, "orders?assignment=exclusive");
        join(2, "orders?assignment=exclusive");
        sendRound(60, 2);
        Map<String, Integer> three = memberOfKey(take(60));
        assertThat(new HashSet<>(three.values())).containsExactlyInAnyOrder(0, 1, 2);
        sendRound(60, 3);
        assertThat(memberOfKey(take(60))).isEqualTo(three);

        first.close();
        sendRound(60, 4);
        Map<String, Integer> two = memberOfKey(take(60));
        assertThat(new HashSet<>(two.values())).containsExactlyInAnyOrder(1, 2);
        three.forEach(
                (key, member) -> {
                    if (member != 0) {
                        assertThat(two).as("what need not move stays").containsEntry(key, member);
                    }
                });
        assertThat(got).isEmpty();
    }

    @Test
    void whoStandsByGetsNothingUntilTheOwnerIsGoneAndThenAtOnce() throws JMSException {
        JMSContext owner = open(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSConsumer owning = owner.createConsumer(owner.createQueue("jobs?assignment=exclusive"));
        for (int i = 1; i <= 3; i++) {
            context.createProducer().send(context.createQueue("jobs"), "job " + i);
        }
        assertThat(owning.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("job 1");
        JMSContext other = open(JMSContext.AUTO_ACKNOWLEDGE);
        JMSConsumer waiting = other.createConsumer(other.createQueue("jobs?assignment=exclusive"));
        assertThat(waiting.receive(SILENCE_MILLIS)).isNull();

        owner.close();
        Message again = waiting.receive(PATIENCE_MILLIS);
        assertThat(again.getBody(String.class)).isEqualTo("job 1");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(waiting.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("job 2");
        assertThat(waiting.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("job 3");
    }

    @Test
    void membersMustAgree() {
        join(0, "orders?assignment=exclusive");
        JMSContext other = open(JMSContext.AUTO_ACKNOWLEDGE);
        assertThatThrownBy(
                        () -> other.createSharedDurableConsumer(other.createTopic("orders"), "g"))
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("assignment=exclusive");
    }

    @Test
    void moreConsumersThanPartitionsAreAllBusy() throws Exception {
        CountDownLatch allBusy = new CountDownLatch(8);
        CountDownLatch mayEnd = new CountDownLatch(1);
        context.createQueue("work?partitions=2");
        for (int i = 0; i < 8; i++) {
            JMSContext worker = open(JMSContext.AUTO_ACKNOWLEDGE);
            worker.createConsumer(worker.createQueue("work?partitions=2"))
                    .setMessageListener(
                            message -> {
                                allBusy.countDown();
                                try {
                                    mayEnd.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                                } catch (InterruptedException stopped) {
                                    Thread.currentThread().interrupt();
                                }
                            });
        }
        for (int i = 0; i < 100; i++) {
            context.createProducer().send(context.createQueue("work"), "w" + i);
        }
        assertThat(allBusy.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        mayEnd.countDown();
    }

    @Test
    void aGroupGrowsAndShrinksWhileMessagesFlow() throws Exception {
        context.createSharedDurableConsumer(context.createTopic("orders?partitions=2"), "g")
                .close();
        List<JMSContext> members = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            members.add(join(i, "orders"));
            sendRound(20, i + 1);
        }
        for (int i = 0; i < 7; i++) {
            members.get(i).close();
            sendRound(20, i + 9);
        }
        Map<String, Integer> last = new HashMap<>();
        Set<Got> distinct = new HashSet<>();
        for (Got each : take(15 * 20)) {
            assertThat(distinct.add(each)).as("%s came twice", each).isTrue();
            Integer before = last.put(each.key(), each.number());
            assertThat(before == null ? 0 : before).isEqualTo(each.number() - 1);
        }
        assertThat(got.poll(SILENCE_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    /** PRP-16: the number is the application's; the order of a group is that of sending. */
    @Test
    void groupSequencesAreCarriedAndChangeNothing() throws JMSException {
        int[] sequences = {3, 1, -1, 0, 2};
        for (int sequence : sequences) {
            Message message = context.createTextMessage("s" + sequence);
            message.setStringProperty("JMSXGroupID", "k");
            message.setIntProperty("JMSXGroupSeq", sequence);
            context.createProducer().send(context.createQueue("grouped?partitions=4"), message);
        }
        JMSConsumer consumer = context.createConsumer(context.createQueue("grouped"));
        for (int sequence : sequences) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            assertThat(message.getIntProperty("JMSXGroupSeq")).isEqualTo(sequence);
        }
    }
}
