package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.link.LinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the hosts of a URI in turn, round after round, until one of them lets us in and everything
 * is restored on it. Confined to the client event loop.
 */
final class Dialler {
    private static final Logger LOG = LoggerFactory.getLogger(Dialler.class);

    /** Refusals that no other host and no later time will change. */
    private static final Set<ErrorCode> ALWAYS_FINAL =
            Set.of(ErrorCode.SECURITY, ErrorCode.VERSION);

    /** Refusals that the caller of a first connect wants to hear of at once. */
    private static final Set<ErrorCode> FINAL_AT_FIRST =
            Set.of(ErrorCode.INVALID_CLIENT_ID, ErrorCode.INVALID_ARGUMENT);

    /** Who wants a line. */
    interface Caller {
        Restorer.Asking asking(Line line);

        void connected(Line line, Handshake.Admission admission);

        void gaveUp(JMSException last);
    }

    /** What is being tried for: the first line, or another one. */
    enum Purpose {
        CONNECT,
        RECONNECT
    }

    private final List<Endpoint> endpoints;
    private final LinkConnector connector;
    private final Loop loop;
    private final Duration timeout;
    private final ReconnectPolicy policy;
    private final Backoff backoff;
    private final Restorer restorer;
    private final Supplier<Line> lines;
    private final Caller caller;
    private Purpose purpose = Purpose.CONNECT;
    private int round;
    private int nextEndpoint;
    private long connectedAtNanos;
    private JMSException last;
    private Optional<Line> trying = Optional.empty();
    private Loop.Timer timer = () -> {};

    /** How hosts are reached. */
    record Reach(List<Endpoint> endpoints, LinkConnector connector, Loop loop, Duration timeout) {}

    Dialler(
            Reach reach,
            ReconnectPolicy policy,
            Backoff backoff,
            Restorer restorer,
            Supplier<Line> lines,
            Caller caller) {
        this.endpoints = reach.endpoints();
        this.connector = reach.connector();
        this.loop = reach.loop();
        this.timeout = reach.timeout();
        this.policy = policy;
        this.backoff = backoff;
        this.restorer = restorer;
        this.lines = lines;
        this.caller = caller;
    }

    /** The first line: at once. */
    void connect() {
        begin(Purpose.CONNECT);
        tryNext();
    }

    /** Another line, after a moment; a longer one when the last line did not live long. */
    void reconnect() {
        begin(Purpose.RECONNECT);
        if (loop.nanoTime() - connectedAtNanos > policy.maxDelay().toNanos()) {
            backoff.reset();
        }
        timer = loop.after(backoff.next(), this::tryNext);
    }

    private void begin(Purpose wanted) {
        loop.assertInLoop();
        purpose = wanted;
        round = 1;
        nextEndpoint = 0;
        last = null;
    }

    /** Nobody wants a line any more. */
    void stop() {
        timer.cancel();
        trying.ifPresent(Line::close);
        trying = Optional.empty();
    }

    private void tryNext() {
        Endpoint endpoint = endpoints.get(nextEndpoint++);
        Line line = lines.get();
        trying = Optional.of(line);
        timer = loop.after(timeout, () -> failed(line, late(endpoint)));
        CompletionStage<?> unusedLink =
                connector
                        .connectToRunning(endpoint, line)
                        .whenComplete(
                                (link, failure) -> {
                                    if (failure != null) {
                                        failed(line, unreachable(failure));
                                    }
                                });
        CompletionStage<?> unusedAdmission =
                line.admission()
                        .whenComplete(
                                (admission, refused) -> {
                                    if (refused != null) {
                                        failed(line, (JMSException) refused);
                                    } else if (isTrying(line)) {
                                        admitted(line, admission);
                                    }
                                });
    }

    private JMSException late(Endpoint endpoint) {
        return Failures.of(
                ErrorCode.LINK_LOST,
                "%s did not let us in within %d ms; see option connectTimeoutMillis"
                        .formatted(endpoint, timeout.toMillis()));
    }

    private static JMSException unreachable(Throwable failure) {
        return Failures.of(ErrorCode.LINK_LOST, failure.getMessage(), failure);
    }

    private boolean isTrying(Line line) {
        return trying.isPresent() && trying.get() == line;
    }

    private void admitted(Line line, Handshake.Admission admission) {
        restorer.openConnection(
                caller.asking(line),
                new Step(line) {
                    @Override
                    void next() {
                        timer.cancel();
                        restore(line, admission);
                    }
                });
    }

    private void restore(Line line, Handshake.Admission admission) {
        restorer.restore(
                caller.asking(line),
                new Step(line) {
                    @Override
                    void next() {
                        trying = Optional.empty();
                        connectedAtNanos = loop.nanoTime();
                        LOG.debug("{}: restored after {} rounds", line.peer(), round);
                        caller.connected(line, admission);
                    }
                });
    }

    /** One step on the way to a restored line; what comes late for another line is dropped. */
    private abstract class Step implements Restorer.Outcome {
        private final Line line;

        Step(Line line) {
            this.line = line;
        }

        abstract void next();

        @Override
        public void done() {
            if (isTrying(line)) {
                next();
            }
        }

        @Override
        public void failed(JMSException why) {
            Dialler.this.failed(line, why);
        }
    }

    /** A line that was being tried is of no use; ignored when it is another. */
    void failed(Line line, JMSException why) {
        if (!isTrying(line)) {
            return;
        }
        stop();
        LOG.debug("round {}: {}", round, why.getMessage());
        if (last != null && last != why) {
            why.addSuppressed(last);
        }
        last = why;
        if (isFinal(why)) {
            caller.gaveUp(why);
        } else if (nextEndpoint < endpoints.size()) {
            tryNext();
        } else {
            roundOver();
        }
    }

    /** Whether a line that the broker ended with this code is worth another try. */
    static boolean isWorthTrying(ErrorCode code) {
        return !ALWAYS_FINAL.contains(code);
    }

    private boolean isFinal(JMSException why) {
        ErrorCode code = ErrorCode.valueOf(why.getErrorCode());
        return ALWAYS_FINAL.contains(code)
                || purpose == Purpose.CONNECT && FINAL_AT_FIRST.contains(code);
    }

    private void roundOver() {
        int rounds = purpose == Purpose.CONNECT ? policy.connectRounds() : policy.reconnectRounds();
        if (rounds != ReconnectPolicy.ENDLESS && round >= rounds) {
            caller.gaveUp(last);
            return;
        }
        Duration wait = backoff.next();
        LOG.info(
                "no broker of {} could be reached in round {} ({}); trying again in {} ms",
                endpoints,
                round,
                last.getMessage(),
                wait.toMillis());
        round++;
        nextEndpoint = 0;
        last = null;
        timer = loop.after(wait, this::tryNext);
    }
}
