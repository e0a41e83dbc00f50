package org.millrace.conformance.crash;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Sends numbered messages, alone or in transactions of five, and writes down what the broker
 * confirmed.
 */
final class CrashProducer implements Runnable {
    private static final int TRANSACTION_SIZE = 5;

    private final ConnectionFactory factory;
    private final CrashTarget target;
    private final Ledger ledger;
    private final String name;
    private final boolean transacted;
    private final BooleanSupplier running;
    private int number;

    CrashProducer(
            ConnectionFactory factory,
            CrashTarget target,
            Ledger ledger,
            String name,
            boolean transacted,
            BooleanSupplier running) {
        this.factory = factory;
        this.target = target;
        this.ledger = ledger;
        this.name = name;
        this.transacted = transacted;
        this.running = running;
    }

    @Override
    public void run() {
        while (running.getAsBoolean()) {
            try (Connection connection = factory.createConnection()) {
                Session session =
                        connection.createSession(
                                transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(target.destination(session));
                while (running.getAsBoolean()) {
                    send(session, producer);
                }
            } catch (JMSException brokerIsDown) {
                Thread.onSpinWait();
            }
        }
    }

    private void send(Session session, MessageProducer producer) throws JMSException {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < (transacted ? TRANSACTION_SIZE : 1); i++) {
            messages.add(name + ":" + number++);
        }
        try {
            for (String message : messages) {
                producer.send(session.createTextMessage(message));
            }
            if (transacted) {
                session.commit();
            }
        } catch (JMSException unknown) {
            ledger.inDoubt(messages);
            throw unknown;
        }
        ledger.confirmed(messages);
    }
}
