package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.link.LinkConnectException;
import org.millrace.wire.link.LinkConnector;
import org.millrace.wire.link.LinkSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link of one connection, over all the lines that it has in its life: numbers requests, hands
 * answers to their {@link Reply}, everything else to {@link LinkEvents}. Methods may be called from
 * any thread; those that wait say so and must not be called on the client event loop. What comes
 * from the broker is handled on that loop.
 *
 * <p>When a line is lost, another is opened and restored ({@link LinkLife}, {@link Dialler}, {@link
 * Restorer}). Requests that were not answered are then asked again, in their order and before any
 * new one; those of {@link #requestOn} fail with {@link ErrorCode#LINK_LOST} instead, because they
 * speak of what ended with the line. What is posted while there is no line is dropped.
 */
public final class ClientLink {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);

    /** Where and as whom. */
    public record Target(
            MillraceUri uri,
            Credentials credentials,
            Duration connectTimeout,
            ReconnectPolicy policy) {}

    private final Target target;
    private final Loop loop;
    private final LinkEvents events;
    private final Switchboard switchboard;
    private final Dialler dialler;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private volatile Handshake.Admission admission;
    private int lines;

    /**
     * @throws JMSException naming the file for TLS that cannot be used
     */
    public ClientLink(
            Target target, Loop loop, LinkEvents events, Restorer restorer, RandomGenerator chance)
            throws JMSException {
        Duration timeout = target.connectTimeout();
        ReconnectPolicy policy = target.policy();
        LinkSettings settings = LinkSettings.of(LinkEnd.CLIENT).withTimeouts(timeout, timeout);
        this.target = target;
        this.loop = loop;
        this.events = events;
        this.switchboard = new Switchboard(target.uri().endpoints().toString(), loop);
        this.dialler =
                new Dialler(
                        new Dialler.Reach(
                                target.uri().endpoints(),
                                new LinkConnector(loop, settings, TlsOptions.of(target.uri())),
                                loop,
                                timeout),
                        policy,
                        new Backoff(policy.initialDelay(), policy.maxDelay(), chance),
                        restorer,
                        () -> new Line(++lines, target.credentials(), loop, new Lines()),
                        new Dialled());
    }

    // ---- opening and closing

    /**
     * Opens the first line; waits for it. To be called once.
     *
     * @throws jakarta.jms.JMSSecurityException for wrong credentials
     * @throws JMSException when no host could be reached; the message names the last, suppressed
     *     are the others
     */
    public void connect() throws JMSException {
        try {
            LinkConnector.startEmbedded(target.uri().endpoints().get(0));
            loop.execute(dialler::connect);
            connected.get();
        } catch (LinkConnectException notStarted) {
            throw Failures.of(ErrorCode.LINK_LOST, notStarted.getMessage(), notStarted);
        } catch (InterruptedException interrupted) {
            close();
            throw Failures.interrupted("the connection to be opened", interrupted);
        } catch (ExecutionException refused) {
            JMSException cause = (JMSException) refused.getCause();
            throw Failures.of(ErrorCode.valueOf(cause.getErrorCode()), cause.getMessage(), cause);
        }
    }

    /** From now on a lost line is not replaced; one that is lost already is given up. */
    public void leave() {
        if (switchboard.leave()) {
            close();
        }
    }

    /** Closes; what is not answered fails. Any number of times. */
    public void close() {
        if (switchboard.end(
                Failures.of(ErrorCode.LINK_LOST, "the link was closed by this client"))) {
            loop.execute(dialler::stop);
            switchboard.failAll();
            switchboard.closeLine();
        }
    }

    // ---- facts and waits

    /** The user that the broker knows us as; empty for nobody in particular. */
    public String user() {
        return admission.user();
    }

    /** Largest frame that the broker takes. */
    public int maxFrameBytes() {
        return admission.welcome().maxFrameBytes();
    }

    /**
     * Number of the line that is open, or of the last one. It changes only after {@link
     * LinkEvents#onLost} has returned, so who reads a new number sees what that did.
     */
    public int lineNumber() {
        return switchboard.lineNumber();
    }

    /** Names what the broker stores that was reached last; the same after it was started again. */
    public long storeId() {
        return admission.welcome().storeId();
    }

    /** For logs. */
    public String peer() {
        Line line = switchboard.open();
        return line == null ? "no broker" : line.peer();
    }

    /**
     * Throws when nothing more can be asked, now and later.
     *
     * @throws JMSException saying why
     */
    public void checkAlive() throws JMSException {
        switchboard.checkAlive();
    }

    /**
     * Waits while the line is being opened again; the number of the one that is open then.
     *
     * @param limit zero for none
     * @throws JMSException when it was given up, or the limit passed
     */
    public int awaitOpen(Duration limit) throws JMSException {
        return switchboard.awaitOpen(limit);
    }

    /** Waits while the broker reads slower than we write. */
    public void awaitRoom() throws JMSException {
        switchboard.awaitRoom();
    }

    // ---- asking

    /** Sends a frame that is not answered; dropped when no line is open. */
    public void post(Frame frame) {
        Line line = switchboard.open();
        if (line != null) {
            line.post(frame);
        }
    }

    /** Sends a request; {@code frame} gets its number. Does not wait; asked again after a loss. */
    public Reply request(LongFunction<Frame> frame) {
        return switchboard.ask(frame, Reply.Arrival.UNHEARD, Reply.ANY_LINE);
    }

    /** As {@link #request(LongFunction)}; {@code arrival} hears of the answer. */
    public Reply request(LongFunction<Frame> frame, Reply.Arrival arrival) {
        return switchboard.ask(frame, arrival, Reply.ANY_LINE);
    }

    /**
     * Sends a request that has a meaning only on the line of this number: it fails with {@link
     * ErrorCode#LINK_LOST} when that is lost, or not the open one.
     */
    public Reply requestOn(int line, LongFunction<Frame> frame) {
        return switchboard.ask(frame, Reply.Arrival.UNHEARD, line);
    }

    /** As {@link #requestOn(int, LongFunction)}; {@code arrival} hears of the answer. */
    public Reply requestOn(int line, LongFunction<Frame> frame, Reply.Arrival arrival) {
        return switchboard.ask(frame, arrival, line);
    }

    // ---- client event loop

    /** Who opens lines. */
    private final class Dialled implements Dialler.Caller {
        @Override
        public Restorer.Asking asking(Line line) {
            return (frame, arrival) -> switchboard.askOn(line, frame, arrival);
        }

        @Override
        public void connected(Line line, Handshake.Admission admitted) {
            admission = admitted;
            if (switchboard.connected(line)) {
                events.onOpened(line.number());
                connected.complete(null);
            } else {
                line.close();
            }
        }

        @Override
        public void gaveUp(JMSException last) {
            if (!connected.isDone()) {
                switchboard.end(last);
                connected.completeExceptionally(last);
                return;
            }
            end(
                    Failures.of(
                            ErrorCode.valueOf(last.getErrorCode()),
                            "the link was lost and could not be opened again: " + last.getMessage(),
                            last));
        }
    }

    private void end(JMSException why) {
        if (switchboard.end(why)) {
            events.onEnded(why);
            switchboard.failAll();
        }
    }

    /** What lines tell. */
    private final class Lines implements Line.Owner {
        @Override
        public void onFrame(Line line, Frame frame) {
            if (frame instanceof Frame.Deliver deliver) {
                events.onDeliver(deliver);
            } else if (frame instanceof Frame.Done done) {
                onAnswer(line, done.requestId(), done);
            } else {
                onRareFrame(line, frame);
            }
        }

        @Override
        public void onRoom() {
            switchboard.wakeAll();
        }

        @Override
        public void onClosed(Line line, ErrorCode code, String reason) {
            String story = "link closed: " + reason;
            boolean replace =
                    target.policy().lostLink() == ReconnectPolicy.LostLink.OPEN_AGAIN
                            && Dialler.isWorthTrying(code);
            if (line != switchboard.open()) {
                switchboard.failBoundTo(line.number(), story);
                dialler.failed(line, Failures.of(code, story));
            } else if (replace && switchboard.lost(line, reason)) {
                events.onLost(Failures.of(code, story + "; it is being opened again"));
                switchboard.failBoundTo(line.number(), story);
                dialler.reconnect();
            } else {
                end(Failures.of(code, story));
            }
        }
    }

    private void onRareFrame(Line line, Frame frame) {
        long requestId = RequestIds.of(frame);
        if (requestId != Frame.NO_REPLY) {
            onAnswer(line, requestId, frame);
        } else if (frame instanceof Frame.Reclaim reclaim) {
            events.onReclaim(reclaim);
        } else if (frame instanceof Frame.EndpointClosed closed) {
            events.onEndpointClosed(closed);
        } else if (frame instanceof Frame.Failed failed) {
            events.onRefused(Failures.of(failed.code(), failed.message()));
        } else {
            LOG.warn(
                    "broker {} sent {} out of turn: closing the link",
                    line.peer(),
                    frame.getClass().getSimpleName());
            line.close();
        }
    }

    private void onAnswer(Line line, long requestId, Frame frame) {
        if (!switchboard.answer(requestId, frame)) {
            LOG.warn("broker {} answered request {}, which is not open", line.peer(), requestId);
        }
    }
}
