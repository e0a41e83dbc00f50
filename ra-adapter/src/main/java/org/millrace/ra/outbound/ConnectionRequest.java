package org.millrace.ra.outbound;

import jakarta.resource.spi.ConnectionRequestInfo;

/**
 * As whom an application asked to connect; empty when it did not say. Immutable.
 *
 * @param password belongs to {@code user}
 */
record ConnectionRequest(String user, String password) implements ConnectionRequestInfo {
    static final ConnectionRequest ANYBODY = new ConnectionRequest("", "");

    static ConnectionRequest of(String user, String password) {
        return user == null || user.isEmpty()
                ? ANYBODY
                : new ConnectionRequest(user, password == null ? "" : password);
    }

    /** For logs: without the password. */
    @Override
    public String toString() {
        return user.isEmpty() ? "whoever is configured" : "user " + user;
    }
}
