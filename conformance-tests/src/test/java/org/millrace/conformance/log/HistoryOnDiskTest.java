package org.millrace.conformance.log;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.broker.server.Engines;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.persistence.DiskStorageIo;
import org.millrace.persistence.catalog.JdbcCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;

/** History on the embedded engine: over restarts, and how the disk is given back. */
@Timeout(120)
class HistoryOnDiskTest {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final int MESSAGES = 15_000;

    @TempDir private Path directory;

    private Broker broker() {
        Broker broker = Broker.builder().vm("history").engine(smallFiles()).build();
        broker.start();
        return broker;
    }

    private Engines smallFiles() {
        return (clock, onFailure) -> {
            EngineLoops loops = EngineLoops.threads(clock, onFailure);
            return new Engines.Store(
                    new EmbeddedEngine(
                            EngineSettings.SMALL,
                            new DiskStorageIo(directory),
                            JdbcCatalog.h2(directory.resolve("catalog")),
                            loops,
                            onFailure::accept),
                    loops::close);
        };
    }

    private static JMSContext connect() {
        return new MillraceConnectionFactory("vm://history").createContext();
    }

    @Test
    void aTopicWithoutSubscriptionsIsReadFromTheBeginningAfterARestart() {
        try (Broker first = broker();
                JMSContext context = connect()) {
            Topic topic = context.createTopic("news?retention=P7D");
            context.createProducer().send(topic, "a").send(topic, "b");
            assertThat(first.uri()).isEqualTo("vm://history");
        }
        try (Broker second = broker();
                JMSContext context = connect()) {
            assertThat(second.uri()).isEqualTo("vm://history");
            JMSConsumer consumer =
                    context.createConsumer(context.createTopic("news?from=earliest"));
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("a");
            assertThat(consumer.receiveBody(String.class, PATIENCE_MILLIS)).isEqualTo("b");
        }
    }

    @Test
    void whatIsTooOldOrTooMuchGivesItsDiskBack() {
        try (Broker broker = broker();
                JMSContext context = connect()) {
            assertThat(broker.uri()).isEqualTo("vm://history");
            JMSProducer producer = context.createProducer();
            Topic old = context.createTopic("old?retention=PT2S");
            Topic large = context.createTopic("large?retentionBytes=2MiB");
            Topic kept = context.createTopic("kept?retention=P7D");
            byte[] body = new byte[1024];
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(i % 3 == 0 ? old : i % 3 == 1 ? large : kept, body);
            }
            // What is kept stays, with a segment of 1 MiB more for the others at most.
            awaitSegments(10 << 20);
            JMSConsumer consumer =
                    context.createConsumer(context.createTopic("kept?from=earliest"));
            for (int i = 0; i < MESSAGES / 3; i++) {
                assertThat(consumer.receive(PATIENCE_MILLIS)).as("message %d", i).isNotNull();
            }
        }
    }

    private void awaitSegments(long mostBytes) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (segmentBytes() > mostBytes || segmentBytes() == 0) {
            assertThat(System.nanoTime()).as("%d bytes", segmentBytes()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private long segmentBytes() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.getFileName().toString().length() == 24)
                    .mapToLong(HistoryOnDiskTest::size)
                    .sum();
        } catch (UncheckedIOException changing) {
            return Long.MAX_VALUE;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException deleted) {
            return 0;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
