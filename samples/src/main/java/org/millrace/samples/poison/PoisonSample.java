package org.millrace.samples.poison;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.io.PrintStream;
import java.util.Enumeration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.admin.BrokerAdmin;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewRedrive;

/**
 * A poison message to the dead-letter queue and back. A shipment without an address makes the
 * listener throw: after three attempts it lies in {@code DLQ.queue.sample-shipments} with the
 * reason, while the others went on. The listener is corrected, the letter is sent back, and is
 * worked off like any other.
 */
public final class PoisonSample {
    private static final String SHIPMENTS = "sample-shipments";
    private static final String LETTERS = "DLQ.queue." + SHIPMENTS;
    private static final long PATIENCE_SECONDS = 30;

    private final String uri;
    private final ConnectionFactory factory;
    private final PrintStream out;
    private final BlockingQueue<String> shipped = new LinkedBlockingQueue<>();

    public PoisonSample(String uri, PrintStream out) {
        this.uri = uri;
        this.factory = new MillraceConnectionFactory(uri);
        this.out = out;
    }

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : MillraceConnectionFactory.DEFAULT_URI;
        new PoisonSample(uri, System.out).run();
    }

    /** Returns where the poison message was shipped to in the end. */
    public String run() throws Exception {
        send("Rome", "", "Oslo");
        try (JMSContext careless = listen(PoisonSample::carelessAddress)) {
            out.printf("  shipped to %s and %s%n", nextShipped(), nextShipped());
            out.printf("  one is in %s: %s%n", LETTERS, awaitLetter());
            careless.stop();
        }
        try (JMSContext corrected = listen(PoisonSample::address);
                BrokerAdmin admin = BrokerAdmin.connect(uri)) {
            admin.redrive(new NewRedrive(LETTERS, "", 0, 0, MoveMode.MOVE));
            String place = nextShipped();
            out.printf("  sent back to a corrected listener: shipped to %s%n", place);
            corrected.stop();
            return place;
        }
    }

    private void send(String... addresses) {
        try (JMSContext context = factory.createContext()) {
            Queue shipments = context.createQueue(SHIPMENTS + "?maxDeliveries=3");
            for (String address : addresses) {
                context.createProducer().send(shipments, address);
            }
        }
    }

    private JMSContext listen(UnaryOperator<String> address) {
        JMSContext context = factory.createContext();
        context.createConsumer(context.createQueue(SHIPMENTS))
                .setMessageListener(message -> ship(message, address));
        return context;
    }

    private void ship(Message message, UnaryOperator<String> address) {
        try {
            shipped.add(address.apply(message.getBody(String.class)));
        } catch (JMSException unreadable) {
            throw new JMSRuntimeException(unreadable.getMessage());
        }
    }

    /** The bug. */
    private static String carelessAddress(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("there is no address");
        }
        return text;
    }

    private static String address(String text) {
        return text.isEmpty() ? "the lost property office" : text;
    }

    private String nextShipped() throws InterruptedException {
        String place = shipped.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (place == null) {
            throw new IllegalStateException("a shipment is missing");
        }
        return place;
    }

    /** Looks into the dead-letter queue until something is there, and returns its reason. */
    private String awaitLetter() throws JMSException {
        try (JMSContext context = factory.createContext()) {
            Enumeration<?> letters;
            do {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                letters = context.createBrowser(context.createQueue(LETTERS)).getEnumeration();
            } while (!letters.hasMoreElements());
            return ((Message) letters.nextElement()).getStringProperty("JMS_Millrace_Cause");
        }
    }
}
