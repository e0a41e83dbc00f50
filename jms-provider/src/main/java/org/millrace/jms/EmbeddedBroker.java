package org.millrace.jms;

import java.util.Map;
import org.millrace.wire.link.LinkConnectException;
import org.millrace.wire.link.VmServer;

/**
 * A broker with settings in this process, reached as {@code vm://name}; millrace-broker-server must
 * be on the class path. Any thread; {@link #close} waits until it has stopped.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final AutoCloseable broker;

    private EmbeddedBroker(AutoCloseable broker) {
        this.broker = broker;
    }

    /**
     * Starts one.
     *
     * @param settings keys of the broker's configuration file; without {@code data} it keeps
     *     everything in memory, without {@code port} only this process reaches it
     * @throws IllegalStateException when it cannot be started, saying why; nothing is left running
     */
    public static EmbeddedBroker start(String name, Map<String, String> settings) {
        try {
            return new EmbeddedBroker(VmServer.startEmbedded(name, settings));
        } catch (LinkConnectException | RuntimeException failed) {
            throw new IllegalStateException(
                    "embedded broker '%s' not started: %s".formatted(name, failed.getMessage()),
                    failed);
        }
    }

    /**
     * @throws IllegalStateException when it did not stop in order
     */
    @Override
    public void close() {
        try {
            broker.close();
        } catch (Exception failed) {
            throw new IllegalStateException(
                    "embedded broker did not stop in order: " + failed.getMessage(), failed);
        }
    }
}
