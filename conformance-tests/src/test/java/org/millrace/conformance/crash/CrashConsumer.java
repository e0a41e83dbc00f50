package org.millrace.conformance.crash;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Receives, acknowledges in one of the modes and writes down what it saw and what the broker
 * confirmed.
 */
final class CrashConsumer implements Runnable {
    private static final int BATCH = 7;
    private static final long RECEIVE_MILLIS = 300;

    /**
     * Silence of this length means empty: longer than a client waits before it tries to reconnect.
     */
    private static final long DRAINED_MILLIS = 12_000;

    private final ConnectionFactory factory;
    private final CrashTarget target;
    private final Ledger ledger;
    private final int acknowledgeMode;
    private final BooleanSupplier running;
    private final List<String> unacknowledged = new ArrayList<>();
    private boolean drained;

    CrashConsumer(
            ConnectionFactory factory,
            CrashTarget target,
            Ledger ledger,
            int acknowledgeMode,
            BooleanSupplier running) {
        this.factory = factory;
        this.target = target;
        this.ledger = ledger;
        this.acknowledgeMode = acknowledgeMode;
        this.running = running;
    }

    /** Consumes while running, and then until nothing is left. */
    @Override
    public void run() {
        while (running.getAsBoolean() || !drained) {
            unacknowledged.clear();
            try (Connection connection = factory.createConnection()) {
                Session session = connection.createSession(acknowledgeMode);
                MessageConsumer consumer = target.consumer(session);
                connection.start();
                consume(session, consumer);
            } catch (JMSException brokerIsDown) {
                Thread.onSpinWait();
            }
        }
    }

    private void consume(Session session, MessageConsumer consumer) throws JMSException {
        Map<String, Integer> lastByProducer = new HashMap<>();
        Message lastReceived = null;
        while (running.getAsBoolean() || !drained) {
            boolean draining = !running.getAsBoolean();
            Message message = consumer.receive(draining ? DRAINED_MILLIS : RECEIVE_MILLIS);
            if (acknowledgeMode == Session.AUTO_ACKNOWLEDGE && message != null) {
                // Only the last message of an AUTO session is in doubt: what came before this one
                // is acknowledged.
                settled();
            }
            if (message == null) {
                acknowledge(session, lastReceived);
                drained = draining;
                continue;
            }
            String id = message.getBody(String.class);
            ledger.delivered(id, message.getJMSRedelivered());
            checkOrder(lastByProducer, id, message.getJMSRedelivered());
            unacknowledged.add(id);
            lastReceived = message;
            if (unacknowledged.size() == BATCH) {
                acknowledge(session, message);
            }
        }
    }

    private void acknowledge(Session session, Message last) throws JMSException {
        if (unacknowledged.isEmpty() || acknowledgeMode == Session.AUTO_ACKNOWLEDGE) {
            return;
        }
        if (acknowledgeMode == Session.SESSION_TRANSACTED) {
            session.commit();
        } else {
            last.acknowledge();
        }
        settled();
    }

    private void settled() {
        ledger.acknowledged(unacknowledged);
        unacknowledged.clear();
    }

    private void checkOrder(Map<String, Integer> lastByProducer, String id, boolean redelivered) {
        String producer = id.substring(0, id.indexOf(':'));
        int number = Integer.parseInt(id.substring(id.indexOf(':') + 1));
        Integer last = lastByProducer.get(producer);
        if (redelivered || !target.isOrdered()) {
            return;
        }
        if (last != null && last >= number) {
            ledger.violation(id + " came after " + producer + ":" + last);
        }
        lastByProducer.put(producer, number);
    }
}
