package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * §6.2.10, §6.2.11: random steps of one receiving session against a model that is a list. Every
 * message must come in its place, with its flag and its count, whatever was acknowledged,
 * recovered, rolled back or closed before.
 */
class Section_6_2_11_RandomHistoryTest extends SpecTest {
    private static final int STEPS = 250;

    /** Below the number of deliveries at which a message is given up. */
    private static final int MAX_DELIVERIES = 8;

    private static final class Expected {
        final String text;
        int deliveries;

        Expected(String text) {
            this.text = text;
        }
    }

    /** Messages that are not acknowledged; those before {@code delivered} are with the session. */
    private static final class Model {
        final List<Expected> messages = new ArrayList<>();
        int delivered;
        int sent;

        void settle() {
            messages.subList(0, delivered).clear();
            delivered = 0;
        }

        boolean mustSettle() {
            return delivered > 0
                    && messages.subList(0, delivered).stream()
                            .anyMatch(message -> message.deliveries >= MAX_DELIVERIES);
        }
    }

    private final long seed = System.nanoTime();
    private final Random chance = new Random(seed);
    private Model model;
    private Connection connection;
    private Session sender;
    private Destination destination;
    private int mode;
    private Session session;
    private MessageConsumer consumer;
    private TextMessage last;

    @Test
    @Spec({"RCV-1", "RCV-2", "MAK-1", "ACK-8", "PRP-17", "CNS-8", "CNS-9", "ORD-3"})
    void aClientAcknowledgeSessionSeesWhatTheModelSays() throws Exception {
        connect();
        run(Session.CLIENT_ACKNOWLEDGE, newQueue(sender));
    }

    @Test
    @Spec({"TX-2", "TX-4", "RCV-2", "PRP-17", "CNS-8", "CNS-10", "ORD-3"})
    void aTransactedSessionSeesWhatTheModelSays() throws Exception {
        connect();
        run(Session.SESSION_TRANSACTED, newQueue(sender));
    }

    @Test
    @Spec({"RCV-6", "SUB-11", "RCV-2", "PRP-17", "ORD-3"})
    void aDurableSubscriptionSeesWhatTheModelSays() throws Exception {
        connect();
        run(Session.CLIENT_ACKNOWLEDGE, newTopic(sender));
    }

    private void connect() throws JMSException {
        int prefetch = List.of(0, 1, 2, 3, 5, 500).get(chance.nextInt(6));
        connection =
                closedAfterwards(
                        new MillraceConnectionFactory(uri() + "?prefetch=" + prefetch)
                                .createConnection());
        connection.setClientID(uniqueName("client"));
        connection.start();
        sender = connection.createSession();
    }

    private void run(int mode, Destination destination) throws Exception {
        model = new Model();
        this.mode = mode;
        this.destination = destination;
        openSession();
        StringBuilder history = new StringBuilder("seed " + seed + ", " + connection + ":");
        try {
            for (int i = 0; i < STEPS; i++) {
                history.append(' ').append(step());
            }
            while (model.delivered < model.messages.size()) {
                history.append(" last ");
                receive();
            }
            assertThat(consumer.receiveNoWait()).isNull();
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + "\nafter " + history, failed);
        }
    }

    private String step() throws JMSException {
        if (model.mustSettle()) {
            settle();
            return "settle!";
        }
        int dice = chance.nextInt(20);
        if (dice < 4 && model.messages.size() < 30) {
            int count = 1 + chance.nextInt(4);
            for (int i = 0; i < count; i++) {
                String text = "m" + model.sent++;
                send(sender, destination, text);
                model.messages.add(new Expected(text));
            }
            return "send" + count;
        }
        if (dice < 13) {
            return receive();
        }
        if (dice < 15) {
            settle();
            return "settle";
        }
        if (dice < 17) {
            giveBack();
            return "recover";
        }
        if (dice < 19) {
            if (destination instanceof Topic && model.delivered > 0) {
                return "stay"; // the session keeps the subscription as long as it owes something
            }
            consumer.close();
            openConsumer();
            return "reopen";
        }
        session.close();
        model.delivered = 0;
        openSession();
        return "session";
    }

    private void openSession() throws JMSException {
        session = connection.createSession(mode);
        last = null;
        openConsumer();
    }

    private void openConsumer() throws JMSException {
        consumer =
                destination instanceof Topic topic
                        ? session.createDurableConsumer(topic, "s")
                        : session.createConsumer(destination);
    }

    private String receive() throws JMSException {
        if (model.delivered == model.messages.size()) {
            return "nothing";
        }
        Expected expected = model.messages.get(model.delivered++);
        expected.deliveries++;
        last =
                (TextMessage)
                        (chance.nextBoolean()
                                ? consumer.receive(PATIENCE_MILLIS)
                                : consumer.receiveNoWait());
        assertThat(last).as("expected " + expected.text).isNotNull();
        String seen =
                "%s %d %s"
                        .formatted(
                                last.getText(),
                                last.getIntProperty("JMSXDeliveryCount"),
                                last.getJMSRedelivered());
        assertThat(seen)
                .isEqualTo(
                        "%s %d %s"
                                .formatted(
                                        expected.text,
                                        expected.deliveries,
                                        expected.deliveries > 1));
        return last.getText();
    }

    private void settle() throws JMSException {
        if (mode == Session.SESSION_TRANSACTED) {
            session.commit();
        } else if (last != null) {
            last.acknowledge();
        }
        model.settle();
    }

    private void giveBack() throws JMSException {
        if (mode == Session.SESSION_TRANSACTED) {
            session.rollback();
        } else {
            session.recover();
        }
        model.delivered = 0;
    }
}
