package org.millrace.jms.link;

import java.time.Duration;
import java.time.InstantSource;
import org.millrace.foundation.Loop;
import org.millrace.wire.link.NettyLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client event loop: one for all connections of this JVM, there while any of them is and a
 * little longer, so that opening one connection after the other does not start a thread each time.
 */
public final class ClientLoops {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoops.class);
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static NettyLoop running;
    private static int users;

    private ClientLoops() {}

    /** The loop; give it back by {@link #release} once. */
    public static synchronized Loop acquire() {
        if (running == null) {
            running =
                    NettyLoop.start(
                            "millrace-client-io",
                            InstantSource.system(),
                            bug -> LOG.error("task of the client event loop failed", bug));
        }
        users++;
        return running;
    }

    /** One user less; the loop ends when there is still none after a moment. */
    public static synchronized void release() {
        users--;
        if (users == 0) {
            NettyLoop idle = running;
            idle.after(LINGER, () -> endIfIdle(idle));
        }
    }

    private static synchronized void endIfIdle(NettyLoop idle) {
        if (users == 0 && running == idle) {
            running = null;
            idle.close();
        }
    }
}
