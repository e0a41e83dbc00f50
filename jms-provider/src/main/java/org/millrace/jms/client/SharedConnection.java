package org.millrace.jms.client;

import jakarta.jms.JMSException;

/** The connection of several contexts: closed with the last of them (§6.1.8). Any thread. */
final class SharedConnection {
    private final JmsConnection connection;
    private int contexts;

    SharedConnection(JmsConnection connection) {
        this.connection = connection;
    }

    JmsConnection connection() {
        return connection;
    }

    synchronized void join() throws JMSException {
        connection.checkOpen();
        contexts++;
    }

    /** Whether the connection has to be closed now. */
    synchronized boolean leave() {
        contexts--;
        return contexts == 0;
    }
}
