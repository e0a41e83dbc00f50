package org.millrace.broker.session;

import java.util.Optional;
import org.millrace.wire.frame.Frame;

/** What a session needs of the connection that it belongs to. Called on the broker loop. */
public interface Peer {
    /** Queues a frame; it leaves at the end of the turn. After the link is lost it is dropped. */
    void write(Frame frame);

    boolean isCongested();

    /** So many bytes were submitted and are not durable yet. */
    void outstanding(long bytes);

    /** So many bytes are answered. */
    void answered(long bytes);

    /** The endpoint was never opened: its id means nothing. */
    void refused(ProducerEndpoint endpoint);

    /** As {@link #refused(ProducerEndpoint)}. */
    void refused(ConsumerEndpoint endpoint);

    /** A consumer's subscription waits for it: its client may come back with this token. */
    void suspended(long resumeToken);

    /** Whether this token was given to this connection and is used now for the first time. */
    boolean resumes(long resumeToken);

    /** Who the client is; empty for an anonymous one. */
    String user();

    /** Address of the client. */
    String peer();

    long connectionId();

    Optional<String> clientId();
}
