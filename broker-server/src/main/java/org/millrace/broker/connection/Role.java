package org.millrace.broker.connection;

/** What a client may do beside sending and receiving. */
public enum Role {
    /** Sends and receives. */
    USER,
    /** Administers, too. Everybody, as long as a broker asks nobody who it is. */
    ADMIN
}
