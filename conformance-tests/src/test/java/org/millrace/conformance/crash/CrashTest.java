package org.millrace.conformance.crash;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * A standalone broker under load is killed at random moments, again and again; nothing confirmed is
 * lost, nothing acknowledged comes again, order per session holds, transactions are whole (REL-1,
 * REL-5, REL-6, ORD-1, TX-2, TX-10).
 *
 * <p>{@code -Dmillrace.crash.rounds=N} sets the number of kills over all targets, {@code
 * -Dmillrace.crash.seed=N} their moments.
 */
@Tag("crash")
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("millrace.crash.rounds", 21);
    private static final long SEED = Long.getLong("millrace.crash.seed", 20260801L);

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(CrashTarget.class)
    void nothingConfirmedIsLostOrDoubled(CrashTarget target) throws Exception {
        int rounds = (ROUNDS + CrashTarget.values().length - 1) / CrashTarget.values().length;
        System.out.printf("crash test: %s, %d rounds, seed %d%n", target, rounds, SEED);
        SplittableRandom chance = new SplittableRandom(SEED);
        Ledger ledger = new Ledger();
        AtomicBoolean sending = new AtomicBoolean(true);
        AtomicBoolean consuming = new AtomicBoolean(true);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (BrokerProcess broker = new BrokerProcess(directory)) {
            broker.start();
            ConnectionFactory factory =
                    new MillraceConnectionFactory(broker.uri() + target.options());
            subscribeFirst(factory, target);
            List<Future<?>> producers = new ArrayList<>();
            List<Future<?>> consumers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                producers.add(
                        threads.submit(
                                new CrashProducer(
                                        factory,
                                        target,
                                        ledger,
                                        "p" + i,
                                        i % 2 == 1,
                                        sending::get)));
            }
            for (int mode : target.acknowledgeModes()) {
                consumers.add(
                        threads.submit(
                                new CrashConsumer(factory, target, ledger, mode, consuming::get)));
            }

            for (int round = 0; round < rounds; round++) {
                int before = ledger.confirmedCount();
                // Load for a moment of random length; this waits for nothing, it is the experiment.
                new CountDownLatch(1).await(chance.nextInt(100, 900), TimeUnit.MILLISECONDS);
                broker.kill();
                broker.start();
                System.out.printf(
                        "round %d: %d confirmed since the last%n",
                        round, ledger.confirmedCount() - before);
            }
            sending.set(false);
            for (Future<?> producer : producers) {
                producer.get(60, TimeUnit.SECONDS);
            }
            consuming.set(false);
            for (Future<?> consumer : consumers) {
                consumer.get(120, TimeUnit.SECONDS);
            }
            System.out.println(ledger);
            ledger.check();
        } finally {
            sending.set(false);
            consuming.set(false);
            threads.shutdownNow();
        }
    }

    /** The durable subscription has to exist before the first message. */
    private static void subscribeFirst(ConnectionFactory factory, CrashTarget target)
            throws Exception {
        try (var connection = factory.createConnection()) {
            target.consumer(connection.createSession()).close();
        }
    }
}
