package org.millrace.wire.link;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Goodbye;
import org.millrace.wire.frame.Frame.Ping;
import org.millrace.wire.frame.Frame.Pong;
import org.millrace.wire.frame.Frame.Welcome;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.frame.LinkPhase;
import org.millrace.wire.frame.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every link does whatever carries its bytes: admits and decodes frames, answers pings, keeps
 * the heartbeat, refuses what the protocol does not allow, and tells its listener of the end
 * exactly once. Extended by what carries bytes, because each step needs both. Confined to its loop,
 * except the methods of {@link Link}.
 *
 * <pre>
 * OPEN     frames pass in both directions
 * CLOSING  what was queued is sent; nothing more is written or handed to the listener
 * CLOSED   the listener was told
 * </pre>
 */
abstract sealed class FrameLink implements Link permits DirectLink, TcpLink {
    private static final Logger LOG = LoggerFactory.getLogger(FrameLink.class);

    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    private final Loop loop;
    private final LinkSettings settings;
    private final LinkListener listener;
    private final Complaints complaints;
    private final FrameCodec codec;
    private final Heartbeat heartbeat;
    private final WriteBudget budget;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private volatile String reason = "";
    private Loop.Timer handshakeTimer = () -> {};

    FrameLink(Loop loop, LinkSettings settings, LinkListener listener, Complaints complaints) {
        this.loop = loop;
        this.settings = settings;
        this.listener = listener;
        this.complaints = complaints;
        this.codec = new FrameCodec(settings.end(), settings.limits());
        this.heartbeat = new Heartbeat(loop, this::ping, this::onSilence);
        this.budget = new WriteBudget(settings);
    }

    /** Any thread: keeps the frame for the next flush. */
    abstract void enqueue(Frame frame, int bytes);

    /** On the loop: sends what was queued, then closes; ends in {@link #closed}. */
    abstract void closeTransport();

    // ------------------------------------------------------------------------------ any thread

    @Override
    public final void write(Frame frame) {
        if (state.get() != State.OPEN) {
            return;
        }
        int bytes = codec.admit(frame);
        heartbeat.wrote();
        long pendingBytes = budget.add(bytes);
        if (pendingBytes > settings.maxPendingBytes()) {
            giveUp(
                    "%s takes too little: %d bytes are waiting, at most %d may"
                            .formatted(peer(), pendingBytes, settings.maxPendingBytes()));
            return;
        }
        enqueue(frame, bytes);
        if (frame instanceof Welcome welcome) {
            onLoop(() -> startHeartbeat(welcome));
        }
    }

    @Override
    public final boolean isCongested() {
        return budget.isCongested();
    }

    @Override
    public final void close() {
        part("closed by this end");
    }

    /** So many bytes have left the queue. */
    final void taken(long bytes) {
        if (budget.remove(bytes)) {
            onLoop(this::drained);
        }
    }

    private void drained() {
        if (isOpen()) {
            heard(listener::onDrained);
        }
    }

    final Loop loop() {
        return loop;
    }

    final FrameCodec codec() {
        return codec;
    }

    final boolean isOpen() {
        return state.get() == State.OPEN;
    }

    /** Runs the task on the loop; a loop that has ended cannot be told, and need not. */
    final void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            LOG.debug("{}: loop has ended ({})", peer(), ended.getMessage());
        }
    }

    // ------------------------------------------------------------------------------ on the loop

    /** First call. */
    final void opened() {
        LOG.debug("{}: open", peer());
        handshakeTimer = loop.after(settings.handshakeTimeout(), this::checkHandshake);
        heard(() -> listener.onOpen(this));
    }

    final void received(Frame frame) {
        if (!isOpen()) {
            return;
        }
        if (frame instanceof Ping) {
            answerPing();
        } else if (!(frame instanceof Pong)) {
            if (frame instanceof Welcome welcome) {
                startHeartbeat(welcome);
            }
            heard(() -> listener.onFrame(frame));
            if (frame instanceof Goodbye goodbye) {
                part("%s said goodbye: %s %s".formatted(peer(), goodbye.code(), goodbye.message()));
            }
        }
    }

    /** Who sends pings without reading sees that we live by what it does not read. */
    private void answerPing() {
        if (!isCongested()) {
            write(new Pong());
            flush();
        }
    }

    final void readComplete() {
        heartbeat.heard();
        if (isOpen()) {
            heard(listener::onReadComplete);
        }
    }

    final void listening(boolean reading) {
        heartbeat.listening(reading);
    }

    /** The other end broke the protocol: one warning, a goodbye, the end of this link only. */
    final void refuse(ProtocolException violation) {
        if (isOpen()) {
            complaints.warn(
                    "link with %s closed, it broke the protocol: %s"
                            .formatted(peer(), violation.getMessage()),
                    loop.nanoTime());
            sayGoodbye(violation.code(), violation.getMessage());
            part(violation.getMessage() + ", from " + peer());
        }
    }

    /** The other end is gone, or this end has closed the transport. Any number of times. */
    final void closed(String why) {
        if (state.getAndSet(State.CLOSED) != State.CLOSED) {
            heartbeat.stop();
            handshakeTimer.cancel();
            String told = reason.isEmpty() ? why : reason;
            LOG.debug("{}: closed ({})", peer(), told);
            heard(() -> listener.onClose(told));
        }
    }

    private void heard(Runnable call) {
        try {
            call.run();
        } catch (Throwable bug) {
            failed(bug);
        }
    }

    /**
     * Our own fault: this link ends, and where an invariant broke, its loop's owner hears of it.
     */
    final void failed(Throwable bug) {
        LOG.error("link with {} closed because handling it failed", peer(), bug);
        sayGoodbye(ErrorCode.INTERNAL, "handling a frame failed: " + bug);
        part("handling a frame failed: " + bug);
        if (bug instanceof Check.InvariantViolation || bug instanceof Error) {
            onLoop(() -> rethrow(bug));
        }
    }

    /** Hands the bug to the owner of the loop. */
    private static void rethrow(Throwable bug) {
        if (bug instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) bug;
    }

    private void part(String why) {
        if (state.compareAndSet(State.OPEN, State.CLOSING)) {
            reason = why;
            onLoop(() -> closeTransport());
        }
    }

    /** One warning among few. */
    final void complain(String what) {
        complaints.warn(what, loop.nanoTime());
    }

    private void giveUp(String why) {
        if (isOpen()) {
            complaints.warn("link closed: " + why, loop.nanoTime());
            part(why);
        }
    }

    private void sayGoodbye(ErrorCode code, String message) {
        write(new Goodbye(code, message));
    }

    private void startHeartbeat(Welcome welcome) {
        heartbeat.start(Duration.ofMillis(welcome.idleTimeoutMillis()));
    }

    private void ping() {
        write(new Ping());
        flush();
    }

    private void onSilence(Duration timeout) {
        String why = "nothing heard from %s for %d ms".formatted(peer(), timeout.toMillis());
        sayGoodbye(ErrorCode.PROTOCOL, why);
        giveUp(why);
    }

    private void checkHandshake() {
        if (codec.phase() != LinkPhase.OPEN) {
            refuse(
                    new ProtocolException(
                            ErrorCode.PROTOCOL,
                            "not authenticated within %d ms, still in phase %s"
                                    .formatted(
                                            settings.handshakeTimeout().toMillis(),
                                            codec.phase())));
        }
    }
}
