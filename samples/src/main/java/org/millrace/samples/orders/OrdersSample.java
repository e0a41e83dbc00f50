package org.millrace.samples.orders;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Orders from a CSV file through a queue, two competing workers with transactions, and a topic with
 * the results.
 *
 * <pre>
 *   orders.csv -> queue "orders" -> worker 1, worker 2 -> topic "order-results" -> shared durable subscription "audit"
 * </pre>
 *
 * Each worker takes an order and publishes its result in one transaction, so each order has exactly
 * one result whatever fails in between. Nothing here is specific to Millrace but the one line that
 * makes the factory.
 */
public final class OrdersSample {
    private static final int WORKERS = 2;
    private static final long PATIENCE_MILLIS = 30_000;

    private final ConnectionFactory factory;
    private final PrintStream out;

    public OrdersSample(ConnectionFactory factory, PrintStream out) {
        this.factory = factory;
        this.out = out;
    }

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : "millrace://localhost:7272";
        new OrdersSample(new MillraceConnectionFactory(uri), System.out).run();
    }

    /** What the audit found. */
    public record Summary(int orders, BigDecimal turnover, Map<String, Integer> ordersByWorker) {}

    public Summary run() throws Exception {
        List<String> lines = Order.readLines();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (JMSContext audit = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            // The subscription exists from here on: results published while nobody listens are
            // kept.
            JMSConsumer results =
                    audit.createSharedDurableConsumer(audit.createTopic("order-results"), "audit");
            List<Future<Integer>> workers = startWorkers(threads, lines.size());

            long start = System.nanoTime();
            send(lines);
            out.printf(
                    "  sent %,d orders, each stored before send returned (%,d ms)%n",
                    lines.size(), millisSince(start));

            Summary summary = audit(audit, results, lines.size());
            for (Future<Integer> worker : workers) {
                worker.get();
            }
            out.printf(
                    "  audit: %,d orders, turnover %,.2f EUR, by worker %s (%,d ms)%n",
                    summary.orders(),
                    summary.turnover(),
                    summary.ordersByWorker(),
                    millisSince(start));
            return summary;
        } finally {
            threads.shutdownNow();
        }
    }

    private void send(List<String> lines) {
        try (JMSContext context = factory.createContext()) {
            JMSProducer producer =
                    context.createProducer().setDeliveryMode(DeliveryMode.PERSISTENT);
            for (String line : lines) {
                producer.send(context.createQueue("orders"), line);
            }
        }
    }

    private List<Future<Integer>> startWorkers(ExecutorService threads, int orders) {
        Progress progress = new Progress(out, "  processed", orders);
        return List.of(1, 2).subList(0, WORKERS).stream()
                .map(number -> threads.submit(worker(number, progress)))
                .toList();
    }

    /**
     * One worker: an order in, its result out, one transaction each. Ends when all orders are
     * processed.
     */
    private Callable<Integer> worker(int number, Progress progress) {
        return () -> {
            int processed = 0;
            try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
                JMSConsumer orders = context.createConsumer(context.createQueue("orders"));
                JMSProducer producer = context.createProducer();
                while (!progress.isComplete()) {
                    Message message = orders.receive(200);
                    if (message != null) {
                        Order order = Order.parse(message.getBody(String.class));
                        producer.send(
                                context.createTopic("order-results"),
                                result(context, order, number));
                        context.commit();
                        progress.step();
                        processed++;
                    }
                }
            }
            return processed;
        };
    }

    private static MapMessage result(JMSContext context, Order order, int worker)
            throws JMSException {
        MapMessage result = context.createMapMessage();
        result.setString("order", order.id());
        result.setString("warehouse", order.warehouse());
        result.setString("total", order.total().toPlainString());
        result.setIntProperty("worker", worker);
        return result;
    }

    private static Summary audit(JMSContext context, JMSConsumer results, int expected)
            throws JMSException {
        Set<String> seen = new HashSet<>();
        Map<String, Integer> byWorker = new TreeMap<>();
        BigDecimal turnover = BigDecimal.ZERO;
        while (seen.size() < expected) {
            MapMessage result = (MapMessage) results.receive(PATIENCE_MILLIS);
            if (result == null) {
                throw new IllegalStateException(
                        "only %d of %d results arrived".formatted(seen.size(), expected));
            }
            if (!seen.add(result.getString("order"))) {
                throw new IllegalStateException(
                        "order " + result.getString("order") + " was processed twice");
            }
            turnover = turnover.add(new BigDecimal(result.getString("total")));
            byWorker.merge("worker " + result.getIntProperty("worker"), 1, Integer::sum);
        }
        context.acknowledge();
        return new Summary(seen.size(), turnover, new HashMap<>(byWorker));
    }

    private static long millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
