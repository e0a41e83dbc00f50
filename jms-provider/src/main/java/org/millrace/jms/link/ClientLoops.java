package org.millrace.jms.link;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.link.NettyLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client event loops: one for all connections of this JVM over the network, one for those
 * inside it, for which Netty is not even loaded. A loop is there while a connection uses it and a
 * little longer, so that opening one connection after the other does not start a thread each time.
 * Any thread.
 */
public enum ClientLoops {
    NETWORK {
        @Override
        Running start(InstantSource clock, Consumer<Throwable> onFailure) {
            NettyLoop loop = NettyLoop.start("millrace-client-io", clock, onFailure);
            return new Running(loop, loop::close);
        }
    },
    IN_VM {
        @Override
        Running start(InstantSource clock, Consumer<Throwable> onFailure) {
            ThreadLoop loop = new ThreadLoop("millrace-client-vm", clock, onFailure);
            // Called on the loop itself, which cannot wait for its own end.
            return new Running(loop, () -> loop.close(Duration.ZERO));
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoops.class);
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** A loop and how it is ended. */
    record Running(Loop loop, Runnable end) {}

    private Running running;
    private int users;

    /** The loops for connections of this kind. */
    public static ClientLoops of(MillraceUri.Transport transport) {
        return transport == MillraceUri.Transport.IN_VM ? IN_VM : NETWORK;
    }

    abstract Running start(InstantSource clock, Consumer<Throwable> onFailure);

    /** The loop; give it back by {@link #release} once. */
    public synchronized Loop acquire() {
        if (running == null) {
            running =
                    start(
                            InstantSource.system(),
                            bug -> LOG.error("task of the client event loop failed", bug));
        }
        users++;
        return running.loop();
    }

    /** One user less; the loop ends when there is still none after a moment. */
    public synchronized void release() {
        users--;
        if (users == 0) {
            Running idle = running;
            Loop.Timer unused = idle.loop().after(LINGER, () -> endIfIdle(idle));
        }
    }

    /** Ends the loops that nobody uses, at once, and waits for their threads; not on a loop. */
    public static void endIdle() {
        for (ClientLoops each : values()) {
            Running idle = each.takeIdle();
            if (idle != null) {
                idle.end().run();
            }
        }
    }

    private synchronized Running takeIdle() {
        Running idle = users == 0 ? running : null;
        running = idle == null ? running : null;
        return idle;
    }

    private synchronized void endIfIdle(Running idle) {
        if (users == 0 && idle.equals(running)) {
            running = null;
            idle.end().run();
        }
    }
}
