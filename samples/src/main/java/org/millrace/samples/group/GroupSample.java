package org.millrace.samples.group;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Topic;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * A consumer group that grows and shrinks under load. The group is a shared durable subscription;
 * joining is opening a consumer, leaving is closing it. Nobody waits for a rebalancing, also with
 * more consumers than partitions all are busy, and each message is worked off once.
 */
public final class GroupSample {
    private static final int MESSAGES = 2_000;
    private static final int[] SIZES = {1, 3, 6, 2};
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final ConnectionFactory factory;
    private final PrintStream out;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> done = ConcurrentHashMap.newKeySet();

    public GroupSample(ConnectionFactory factory, PrintStream out) {
        this.factory = factory;
        this.out = out;
    }

    /** Runs against the broker at the URI given, by default a standalone broker on this machine. */
    public static void main(String[] args) throws Exception {
        String uri = args.length > 0 ? args[0] : MillraceConnectionFactory.DEFAULT_URI;
        new GroupSample(new MillraceConnectionFactory(uri), System.out).run();
    }

    /** Returns how many readings were worked off. */
    public int run() throws Exception {
        ArrayDeque<Member> members = new ArrayDeque<>();
        try {
            // From here on the group exists and misses nothing.
            members.add(join());
            Future<?> sending = threads.submit(this::send);
            for (int phase = 0; phase < SIZES.length; phase++) {
                resize(members, SIZES[phase]);
                report(SIZES[phase], (phase + 1) * MESSAGES / SIZES.length);
            }
            sending.get();
            resize(members, 0);
            out.printf("  %,d readings, each worked off once%n", done.size());
            return done.size();
        } finally {
            threads.shutdownNow();
        }
    }

    private void send() {
        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            for (int number = 0; number < MESSAGES; number++) {
                context.createProducer()
                        .setProperty("JMSXGroupID", "meter-" + number % 100)
                        .send(readings(context), "reading " + number);
                if (number % 100 == 99) {
                    context.commit();
                }
            }
        }
    }

    private static Topic readings(JMSContext context) {
        return context.createTopic("sample-readings?partitions=4");
    }

    private void resize(ArrayDeque<Member> members, int size) throws Exception {
        while (members.size() < size) {
            members.add(join());
        }
        while (members.size() > size) {
            members.remove().leave();
        }
    }

    private Member join() {
        Member member = new Member();
        member.running = threads.submit(member);
        return member;
    }

    /** Waits until so many are done. */
    private void report(int size, int target) {
        int before = done.size();
        long start = System.nanoTime();
        while (done.size() < target) {
            LockSupport.parkNanos(WORK_NANOS);
        }
        long millis = Math.max(1, (System.nanoTime() - start) / 1_000_000);
        out.printf("  %d in the group: %,d/s%n", size, (done.size() - before) * 1000L / millis);
    }

    /** One consumer of the group, on a thread of its own. */
    private final class Member implements Callable<Void> {
        private final JMSContext context = factory.createContext();
        private final JMSConsumer consumer =
                context.createSharedDurableConsumer(readings(context), "sample-billing");
        private Future<Void> running;
        private volatile boolean leaving;

        @Override
        public Void call() {
            try (context) {
                while (!leaving) {
                    String reading = consumer.receiveBody(String.class, 100);
                    if (reading != null && !done.add(reading)) {
                        throw new IllegalStateException(reading + " came twice");
                    }
                    // Another system is asked.
                    LockSupport.parkNanos(WORK_NANOS);
                }
            }
            return null;
        }

        void leave() throws Exception {
            leaving = true;
            running.get();
        }
    }
}
