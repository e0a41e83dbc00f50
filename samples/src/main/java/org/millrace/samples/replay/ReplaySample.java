package org.millrace.samples.replay;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Fix and replay: a consumer group has booked the payments of the last hour wrongly. The consumer
 * is corrected, and the same group begins again an hour ago, by the name of its topic alone: {@code
 * ?from=-PT1H}. Booking is idempotent, by the number of the payment, so it may see one twice.
 */
public final class ReplaySample {
    private static final int PAYMENTS = 500;
    private static final long PATIENCE_MILLIS = 30_000;

    private final ConnectionFactory factory;
    private final PrintStream out;
    private final String run = "run-" + System.currentTimeMillis() + "-";
    private final Map<String, BigDecimal> ledger = new HashMap<>();

    public ReplaySample(ConnectionFactory factory, PrintStream out) {
        this.factory = factory;
        this.out = out;
    }

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : MillraceConnectionFactory.DEFAULT_URI;
        new ReplaySample(new MillraceConnectionFactory(uri), System.out).run();
    }

    /** The sum of the ledger before and after. */
    public record Summary(BigDecimal wrong, BigDecimal right) {}

    public Summary run() throws JMSException {
        // The group exists before the first payment, and the topic keeps a day of history.
        consume("sample-payments?retention=P1D", 0, ReplaySample::wrongAmount);
        send();

        consume("sample-payments", PAYMENTS, ReplaySample::wrongAmount);
        BigDecimal wrong = sum();
        out.printf("  booked with the bug: %s EUR%n", wrong);

        consume("sample-payments?from=-PT1H", PAYMENTS, ReplaySample::amount);
        BigDecimal right = sum();
        out.printf("  the last hour replayed into the corrected consumer: %s EUR%n", right);
        return new Summary(wrong, right);
    }

    private void send() {
        try (JMSContext context = factory.createContext()) {
            for (int number = 0; number < PAYMENTS; number++) {
                context.createProducer()
                        .setProperty("number", run + number)
                        .send(context.createTopic("sample-payments"), number + ",50");
            }
        }
    }

    /** Books payments of the group until so many of this run are booked. */
    private void consume(String topic, int count, Function<String, BigDecimal> reading)
            throws JMSException {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer =
                        context.createSharedDurableConsumer(
                                context.createTopic(topic), "sample-ledger")) {
            for (int booked = 0; booked < count; ) {
                Message payment = consumer.receive(PATIENCE_MILLIS);
                if (payment == null) {
                    throw new IllegalStateException("only " + booked + " payments arrived");
                }
                String number = payment.getStringProperty("number");
                // The last hour may hold earlier runs of this sample.
                if (number.startsWith(run)) {
                    ledger.put(number, reading.apply(payment.getBody(String.class)));
                    booked++;
                }
            }
        }
    }

    /** The bug: cents are lost. */
    private static BigDecimal wrongAmount(String text) {
        return new BigDecimal(text.substring(0, text.indexOf(',')));
    }

    private static BigDecimal amount(String text) {
        return new BigDecimal(text.replace(',', '.'));
    }

    private BigDecimal sum() {
        return ledger.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
