package org.millrace.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.apache.activemq.artemis.jms.client.ActiveMQXAConnectionFactory;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Branches with one persistent message of 1 KiB received and sent on, prepared and committed,
 * without a transaction manager: 1 and 16 sessions, each with a connection of its own. Rounds are
 * interleaved with Artemis; the first is not counted. Arguments: rounds, seconds; by default 3 and
 * 3.
 */
public final class XaBenchmark {
    private static final AtomicLong BRANCHES = new AtomicLong();
    private static final int SPARE_MESSAGES = 4;

    /** A branch of this run. */
    private record Branch(long number) implements Xid {
        @Override
        public int getFormatId() {
            return 0x6d72;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    private XaBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        Duration duration = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 3);
        Path directory = Files.createTempDirectory("millrace-bench");
        Map<String, List<Sample>> samples = new TreeMap<>();
        try (ServerProcess millrace = broker(MillraceServer.class, directory.resolve("millrace"));
                ServerProcess artemis = broker(ArtemisServer.class, directory.resolve("artemis"));
                ActiveMQXAConnectionFactory theirs =
                        new ActiveMQXAConnectionFactory("tcp://127.0.0.1:" + artemis.port())) {
            XAConnectionFactory ours =
                    new MillraceConnectionFactory("millrace://127.0.0.1:" + millrace.port());
            for (int round = 0; round <= rounds; round++) {
                for (int sessions : new int[] {1, 16}) {
                    String end = " %2d".formatted(sessions);
                    add(samples, "millrace" + end, measure(ours, sessions, duration));
                    add(samples, "artemis " + end, measure(theirs, sessions, duration));
                }
                if (round == 0) {
                    samples.clear();
                }
            }
        } finally {
            delete(directory);
        }
        samples.forEach(
                (who, all) ->
                        System.out.printf(
                                "%s  %,8.0f/s  median %,8.0f us  p99 %,8.0f us%n",
                                who,
                                median(all, Sample::perSecond),
                                median(all, Sample::medianMicros),
                                median(all, Sample::p99Micros)));
    }

    private static ServerProcess broker(Class<?> main, Path directory) throws IOException {
        return ServerProcess.start(main, Files.createDirectories(directory));
    }

    private static void add(Map<String, List<Sample>> samples, String who, Sample sample) {
        System.err.printf(
                "  %s %,8.0f/s %,8.0f us%n", who, sample.perSecond(), sample.medianMicros());
        samples.computeIfAbsent(who, key -> new ArrayList<>()).add(sample);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Sample measure(XAConnectionFactory factory, int sessions, Duration duration)
            throws Exception {
        return Load.run(sessions, duration, number -> new Mover(factory, "bench.xa." + number));
    }

    /** Takes a message from a queue and sends it to the same queue. */
    private static final class Mover implements Load.Step {
        private final XAConnection connection;
        private final XAResource resource;
        private final MessageConsumer consumer;
        private final MessageProducer producer;
        private final BytesMessage message;

        Mover(XAConnectionFactory factory, String queue) throws JMSException, XAException {
            connection = factory.createXAConnection();
            XASession xa = connection.createXASession();
            Session session = xa.getSession();
            resource = xa.getXAResource();
            message = session.createBytesMessage();
            message.writeBytes(new byte[JmsLoad.MESSAGE_BYTES]);
            producer = session.createProducer(session.createQueue(queue));
            Xid first = begin();
            for (int i = 0; i < SPARE_MESSAGES; i++) {
                producer.send(message);
            }
            end(first);
            consumer = session.createConsumer(session.createQueue(queue));
            connection.start();
        }

        private Xid begin() throws XAException {
            Xid branch = new Branch(BRANCHES.incrementAndGet());
            resource.start(branch, XAResource.TMNOFLAGS);
            return branch;
        }

        private void end(Xid branch) throws XAException {
            resource.end(branch, XAResource.TMSUCCESS);
            int unused = resource.prepare(branch);
            resource.commit(branch, false);
        }

        @Override
        public void run() throws Exception {
            Xid branch = begin();
            if (consumer.receive(10_000) == null) {
                throw new IllegalStateException("no message within 10 s");
            }
            producer.send(message);
            end(branch);
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
