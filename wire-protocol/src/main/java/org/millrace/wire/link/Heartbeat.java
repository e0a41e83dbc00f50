package org.millrace.wire.link;

import java.time.Duration;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;

/**
 * Closes a link whose other end has fallen silent, and keeps this end from being silent: when
 * nothing was written for a third of the timeout, a ping is. Confined to the link's loop, except
 * {@link #wrote}.
 */
final class Heartbeat {
    private static final int PINGS_PER_TIMEOUT = 3;

    private final Loop loop;
    private final Runnable ping;
    private final Consumer<Duration> onSilence;
    private volatile boolean wrote;
    private boolean isListening = true;
    private boolean isRunning;
    private long lastHeardNanos;
    private long lastBeatNanos;
    private Duration timeout = Duration.ZERO;
    private Loop.Timer timer = () -> {};

    Heartbeat(Loop loop, Runnable ping, Consumer<Duration> onSilence) {
        this.loop = loop;
        this.ping = ping;
        this.onSilence = onSilence;
    }

    /** Begins once; zero means that the link may be silent for ever. */
    void start(Duration idleTimeout) {
        if (isRunning || idleTimeout.isZero() || idleTimeout.isNegative()) {
            return;
        }
        isRunning = true;
        timeout = idleTimeout;
        lastHeardNanos = loop.nanoTime();
        schedule();
    }

    void heard() {
        if (isRunning) {
            lastHeardNanos = loop.nanoTime();
        }
    }

    /** Any thread. */
    void wrote() {
        if (!wrote) {
            wrote = true;
        }
    }

    /** Whoever does not listen cannot accuse the other end of silence. */
    void listening(boolean listening) {
        isListening = listening;
        heard();
    }

    void stop() {
        isRunning = false;
        timer.cancel();
    }

    private void schedule() {
        lastBeatNanos = loop.nanoTime();
        timer = loop.after(timeout.dividedBy(PINGS_PER_TIMEOUT), this::beat);
    }

    private void beat() {
        if (!isRunning) {
            return;
        }
        long nowNanos = loop.nanoTime();
        // A late beat means that this process stood still; what arrived meanwhile is not read yet.
        boolean stoodStill = nowNanos - lastBeatNanos > 2 * timeout.toNanos() / PINGS_PER_TIMEOUT;
        if (stoodStill || !isListening) {
            lastHeardNanos = nowNanos;
        } else if (nowNanos - lastHeardNanos >= timeout.toNanos()) {
            onSilence.accept(timeout);
            return;
        }
        if (!wrote) {
            ping.run();
        }
        wrote = false;
        schedule();
    }
}
