package org.millrace.samples.keys;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Order by key, whatever the number of consumers: the bookings of 50 accounts through a queue with
 * four partitions to four consumers. {@code JMSXGroupID} is the key; each account's bookings are
 * worked off one after the other, by whoever has time, and different accounts at the same time.
 */
public final class KeysSample {
    private static final int ACCOUNTS = 50;
    private static final int BOOKINGS = 2_000;
    private static final int CONSUMERS = 4;

    private final ConnectionFactory factory;
    private final PrintStream out;
    private final Map<String, Integer> lastByAccount = new ConcurrentHashMap<>();
    private final AtomicInteger worked = new AtomicInteger();

    public KeysSample(ConnectionFactory factory, PrintStream out) {
        this.factory = factory;
        this.out = out;
    }

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : MillraceConnectionFactory.DEFAULT_URI;
        new KeysSample(new MillraceConnectionFactory(uri), System.out).run();
    }

    /** Returns how many bookings each consumer worked off. */
    public Map<String, Integer> run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONSUMERS);
        try {
            List<Future<Integer>> consumers = new ArrayList<>();
            for (int i = 0; i < CONSUMERS; i++) {
                consumers.add(threads.submit(this::consume));
            }
            send();
            Map<String, Integer> byConsumer = new TreeMap<>();
            for (Future<Integer> consumer : consumers) {
                byConsumer.put("consumer " + (byConsumer.size() + 1), consumer.get());
            }
            out.printf(
                    "  %,d bookings of %d accounts, each account's in order; by consumer %s%n",
                    worked.get(), ACCOUNTS, byConsumer);
            return byConsumer;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Queue bookings(JMSContext context) {
        return context.createQueue("sample-bookings?partitions=4");
    }

    private void send() {
        try (JMSContext context = factory.createContext()) {
            JMSProducer producer = context.createProducer();
            for (int number = 0; number < BOOKINGS; number++) {
                producer.setProperty("JMSXGroupID", "account-" + number % ACCOUNTS)
                        .setProperty("number", number)
                        .send(bookings(context), "1.00 EUR");
            }
        }
    }

    private int consume() throws JMSException {
        int count = 0;
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(bookings(context))) {
            while (worked.get() < BOOKINGS) {
                Message booking = consumer.receive(100);
                if (booking != null) {
                    work(
                            booking.getStringProperty("JMSXGroupID"),
                            booking.getIntProperty("number"));
                    count++;
                }
            }
        }
        return count;
    }

    private void work(String account, int number) {
        Integer before = lastByAccount.put(account, number);
        if (before != null && before >= number) {
            throw new IllegalStateException(
                    "%s: booking %d came after %d".formatted(account, number, before));
        }
        worked.incrementAndGet();
    }
}
