package org.millrace.conformance.spec;

import java.nio.file.Path;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

/** A broker with the embedded engine that a test stops and starts again, on the same port. */
final class RestartableBroker implements AutoCloseable {
    private final Path directory;
    private Broker broker;
    private int port;

    RestartableBroker(Path directory) throws Exception {
        this.directory = directory;
        start();
    }

    void start() throws Exception {
        broker = Broker.builder().directory(directory).host("127.0.0.1").port(port).build();
        broker.start();
        port = broker.port();
    }

    void stop() {
        broker.close();
    }

    void restart() throws Exception {
        stop();
        start();
    }

    MillraceConnectionFactory factory() {
        return new MillraceConnectionFactory("millrace://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        broker.close();
    }
}
