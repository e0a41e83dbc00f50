package org.millrace.benchmarks;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Request and reply over temporary queues, non-persistent, one in flight, against a bare Netty echo
 * on the same loopback.
 *
 * <p>A request crosses the loopback four times (client, broker, responder, broker, client), an echo
 * twice. Arguments: rounds, seconds; by default 5 and 3.
 */
public final class RequestReplyBenchmark {
    private RequestReplyBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Duration duration = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 3);
        Path directory = Files.createTempDirectory("millrace-bench");
        List<Double> echoes = new ArrayList<>();
        List<Double> requests = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (ServerProcess echo = ServerProcess.start(EchoServer.class, directory);
                ServerProcess broker = ServerProcess.start(MillraceServer.class, directory)) {
            ConnectionFactory factory =
                    new MillraceConnectionFactory("millrace://127.0.0.1:" + broker.port());
            try (Connection responder = respond(factory)) {
                for (int round = 0; round <= rounds; round++) {
                    double echoMicros =
                            Load.run(1, duration, number -> new EchoClient(echo.port()))
                                    .medianMicros();
                    double requestMicros =
                            Load.run(1, duration, number -> requester(factory)).medianMicros();
                    if (round > 0) {
                        echoes.add(echoMicros);
                        requests.add(requestMicros);
                        ratios.add(requestMicros / echoMicros);
                    }
                }
                responder.stop();
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        System.out.printf("Netty echo, median:     %8.1f us%n", median(echoes));
        System.out.printf("request/reply, median:  %8.1f us%n", median(requests));
        System.out.printf("ratio:                  %8.2f%n", median(ratios));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static Connection respond(ConnectionFactory factory) throws JMSException {
        Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(null);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        session.createConsumer(session.createQueue("bench.requests"))
                .setMessageListener(
                        request -> {
                            try {
                                producer.send(
                                        request.getJMSReplyTo(),
                                        session.createTextMessage("reply"));
                            } catch (JMSException broken) {
                                throw new IllegalStateException(broken);
                            }
                        });
        connection.start();
        return connection;
    }

    private static Load.Step requester(ConnectionFactory factory) throws JMSException {
        Connection connection = factory.createConnection();
        connection.start();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        TemporaryQueue replies = session.createTemporaryQueue();
        MessageConsumer consumer = session.createConsumer(replies);
        MessageProducer producer = session.createProducer(session.createQueue("bench.requests"));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        Message request = session.createTextMessage("request");
        request.setJMSReplyTo(replies);
        return new Load.Step() {
            @Override
            public void run() throws JMSException {
                producer.send(request);
                if (consumer.receive(10_000) == null) {
                    throw new JMSException("no reply within 10 s");
                }
            }

            @Override
            public void close() throws JMSException {
                connection.close();
            }
        };
    }
}
