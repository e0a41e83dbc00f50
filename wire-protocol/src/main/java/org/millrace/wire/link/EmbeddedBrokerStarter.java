package org.millrace.wire.link;

import java.util.Map;

/**
 * Starts a broker inside this process when a client names one by {@code vm://name} and none of that
 * name is there. Found by {@link java.util.ServiceLoader}, so that a client needs no import of the
 * broker.
 */
public interface EmbeddedBrokerStarter {
    /**
     * Starts a broker that keeps everything in memory and listens on the name ({@link
     * VmServer#start}) before this returns. Called once for each name that is not listened on, by
     * the thread that connects; may block for milliseconds. The broker runs until the process ends
     * or its owner closes it.
     *
     * @throws RuntimeException when it cannot start; told to the client as the cause
     */
    void start(String name);

    /**
     * Starts a broker with settings of its own that listens on the name before this returns, and
     * gives what stops it.
     *
     * @param settings keys of the broker's configuration file
     * @throws RuntimeException when it cannot start, or when a setting is not allowed
     */
    AutoCloseable start(String name, Map<String, String> settings);
}
